;;! why = "return_call_ref passed a wrong last argument to a function of seven integers"
;;! tail_call = true
;;! function_references = true

;; Engine: wazero 1.12.0, its compiler on amd64. The result is an address of the process, another one
;; in each run. Its compiler on arm64 and its interpreter pass, and so does every other number of
;; integers from 0 to 15.
;; Expected: `return_call_ref` pops the arguments that the function type names and invokes the function
;; with them (execution, control instructions: `return_call_ref`; invocation: the frame's locals begin
;; with the arguments).
;; Verified: cranelift (wassay) and JavaScriptCore return 6.

(module
  (type $t (func (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (elem declare func $last)
  (func $last (type $t) (local.get 6))
  (func (export "run") (result i64)
    (return_call_ref $t
      (i64.const 0) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5)
      (i64.const 6) (ref.func $last))))
(assert_return (invoke "run") (i64.const 6))
