;;! why = "an active data segment could be copied again after it was written"
;;! base = "wasm2"

;; Engine: wazero 1.12.0, compiler and interpreter: memory.init copies a byte.
;; Expected: instantiation executes `memory.init` and then `data.drop` for an active data segment
;; (execution, modules: instantiation), so it has no bytes left.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.

(module
  (memory 1)
  (data $active (i32.const 0) "a")
  (func (export "init") (memory.init $active (i32.const 16) (i32.const 0) (i32.const 1)))
  (func (export "byte") (result i32) (i32.load8_u (i32.const 16))))
(assert_trap (invoke "init") "out of bounds memory access")
(assert_return (invoke "byte") (i32.const 0))
