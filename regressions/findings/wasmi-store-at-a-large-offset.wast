;;! why = "a store whose address and value are one register, at an offset above 65,535, was not compiled"

;; Engine: wasmi 2.0.0: the module ends the process, "entered unreachable code".
;; Expected: the module is valid (validation, instructions: store).
;; Verified: cranelift (wassay), tinywasm 0.10.0, wazero 1.12.0, V8 in Node.js 26.10.0, JavaScriptCore and
;; wasmtime 48.0.8.
;; Mechanism: there is no operator `store_rr` for integers, and the translator takes it for unreachable.
;; Small offsets have an operator of their own.

(module
  (memory 2)
  (func (export "f") (param i32)
    (i32.store offset=0x10000 (local.tee 0 (i32.eqz (local.get 0))) (local.get 0))))
(assert_return (invoke "f" (i32.const 0)))
