;;! why = "data segments are written although an element segment has trapped"
;;! base = "wasm2"

;; Engine: tinywasm 0.10.0: the byte is 7.
;; Expected: segments are written in order, elements first; the first trap ends the instantiation.
;; Specification: Execution, Modules, Instantiation: the instructions that initialize the tables come
;; before those that initialize the memories, and a trap aborts the rest (Traps).
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: the trap of an element segment is kept until all data segments are written.
;; The official suite has no such module.

(module $shared
  (memory (export "memory") 1)
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))
(register "shared" $shared)

(assert_trap
  (module
    (memory (import "shared" "memory") 1)
    (table 1 funcref)
    (elem (i32.const 1) func $f)
    (func $f)
    (data (i32.const 0) "\07"))
  "out of bounds table access")

(assert_return (invoke $shared "load" (i32.const 0)) (i32.const 0))
