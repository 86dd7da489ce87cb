;;! why = "a module whose instantiation trapped lost the element segments that were not yet written"
;;! base = "wasm2"

;; Engine: jsc 2.50.6, JavaScriptCore of WebKitGTK: table.init traps, and the element stays null.
;; Expected: for each active element segment in turn, instantiation executes `table.init` and then
;; `elem.drop`; a trap ends it (execution, modules: instantiation). So a segment after the one that
;; traps is not dropped, and a function that an earlier segment wrote can still copy it.
;; Verified: cranelift (wassay), V8 in Node.js 26.10.0 and WABT 1.0.42.

(module
  (table (export "table") 2 funcref)
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(register "holder")
(assert_trap
  (module
    (import "holder" "table" (table 2 funcref))
    (func $init (result i32)
      (table.init $later (i32.const 1) (i32.const 0) (i32.const 1))
      (i32.const 1))
    (func $two (result i32) (i32.const 2))
    (elem (i32.const 0) $init)
    (elem (i32.const 2) $two)
    (elem $later (i32.const 1) $two))
  "out of bounds table access")
(assert_return (invoke "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke "call" (i32.const 1)) (i32.const 2))
