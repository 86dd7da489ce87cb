;;! why = "a local on the stack below the parameter of an if was lost"
;;! base = "wasm2"

;; Engine: wasmi 2.0.0: the second call returns 1, the value of the first call.
;; Expected: a block keeps the values below its parameters (execution, instructions: blocks).
;; Verified: cranelift (wassay), tinywasm 0.10.0, wazero 1.12.0, V8 in Node.js 26.10.0, JavaScriptCore and
;; wasmtime 48.0.8.
;; Mechanism: locals below the parameters of a block are copied to slots before it, but as many of them
;; are left out as there are parameters, even if the parameters are no locals. An arm that contains a
;; block copies the local itself, the other one does not.
;; regressions/wast/blocks/local_below_parameter.wast has other forms.

(module
  (func (export "f") (param i32 i32) (result i32)
    (local.get 0) (i32.const 0)
    (if (param i32) (local.get 1) (then (drop) (block)) (else (drop)))))
(assert_return (invoke "f" (i32.const 1) (i32.const 1)) (i32.const 1))
(assert_return (invoke "f" (i32.const 2) (i32.const 0)) (i32.const 2))
