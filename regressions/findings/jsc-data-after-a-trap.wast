;;! why = "a module whose instantiation trapped lost the data segments that were not yet written"
;;! base = "wasm2"

;; Engine: jsc 2.50.6, JavaScriptCore of WebKitGTK: memory.init traps.
;; Expected: for each active data segment in turn, instantiation executes `memory.init` and then
;; `data.drop`; a trap ends it (execution, modules: instantiation). So a segment after the one that
;; traps is not dropped, and a function that an element segment wrote before can still copy it.
;; Verified: cranelift (wassay) and WABT 1.0.42.

(module
  (table (export "table") 1 funcref)
  (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0))))
(register "holder")
(assert_trap
  (module
    (import "holder" "table" (table 1 funcref))
    (memory 1)
    (func $init (result i32)
      (memory.init $later (i32.const 0) (i32.const 0) (i32.const 1))
      (i32.load8_u (i32.const 0)))
    (elem (i32.const 0) $init)
    (data (i32.const 0x10000) "!")
    (data $later (i32.const 0) "a"))
  "out of bounds memory access")
(assert_return (invoke "call") (i32.const 0x61))
