;;! why = "call_indirect through a table of typed references was rejected"
;;! function_references = true

;; Engine: wazero 1.12.0, compiler and interpreter: "table is not funcref type".
;; Expected: the element type of the table has to match `funcref`, as `(ref null $f)` does (validation,
;; control instructions: `call_indirect`).
;; Verified: cranelift (wassay) and JavaScriptCore.

(module
  (type $f (func (result i32)))
  (table $t 1 (ref null $f))
  (elem (table $t) (i32.const 0) (ref null $f) (ref.func $one))
  (func $one (type $f) (i32.const 1))
  (func (export "call") (result i32) (call_indirect $t (type $f) (i32.const 0))))
(assert_return (invoke "call") (i32.const 1))
