;;! why = "an imported function in a table had the declared type of its import instead of its own type"
;;! gc = true

;; Engine: node 26.10.0, V8 14.6.202.34: the call traps with "function signature mismatch".
;; Expected: call_indirect compares the type of the function itself, which is $sub, with the type of
;; the instruction (execution, instructions: call_indirect).
;; Verified: wasmtime 48.0.8 and JavaScriptCore 2.50.6. In V8, ref.cast of the same element to $sub
;; succeeds.

(module
  (type $super (sub (func (result i32))))
  (type $sub (sub $super (func (result i32))))
  (func (export "f") (type $sub) (i32.const 1)))
(register "exporter")

(module
  (type $super (sub (func (result i32))))
  (type $sub (sub $super (func (result i32))))
  (import "exporter" "f" (func $f (type $super)))
  (table funcref (elem $f))
  (func (export "call") (result i32) (call_indirect (type $sub) (i32.const 0))))
(assert_return (invoke "call") (i32.const 1))
