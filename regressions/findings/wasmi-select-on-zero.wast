;;! why = "a select whose condition is i32.eqz read another value as its condition"

;; Engine: wasmi 2.0.0: the call returns 2.
;; Expected: i32.eqz of 0 is 1, and select returns its first operand if the condition is not 0
;; (execution, instructions: select).
;; Verified: cranelift (wassay), tinywasm 0.10.0, wazero 1.12.0, V8 in Node.js 26.10.0, JavaScriptCore and
;; wasmtime 48.0.8.
;; Mechanism: `translate_select` removes the comparison with 0, but the select still reads the place of
;; its result, which now has the value that was computed before: here the sum. The same happens with
;; i32.eq and i32.ne with 0 and ref.is_null; regressions/wast/select/fused_condition.wast has these.

(module
  (func (export "f") (param i32 i32) (result i32)
    (select (i32.add (local.get 0) (i32.const 1)) (i32.const 2) (i32.eqz (local.get 1)))))
(assert_return (invoke "f" (i32.const 0) (i32.const 0)) (i32.const 1))
