;;! why = "a module whose data segment traps left the table unwritten, because data was written first"
;;! base = "wasm2"

;; Engine: wazero 1.12.0, compiler and interpreter: the call traps, the element is null.
;; Expected: instantiation executes the active element segments first and then the active data
;; segments, in order; what was written before a trap stays written (execution, modules:
;; instantiation).
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.

(module
  (table (export "table") 1 funcref)
  (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0))))
(register "holder")
(assert_trap
  (module
    (import "holder" "table" (table 1 funcref))
    (memory 1)
    (func $one (result i32) (i32.const 1))
    (elem (i32.const 0) $one)
    (data (i32.const 0x10000) "!"))
  "out of bounds memory access")
(assert_return (invoke "call") (i32.const 1))
