;;! issue = "wasmtime#13095, wasmtime#13161"
;;! why = "a reference to an import had the type that the import declares instead of the function's own"
;;! base = "wasm2"
;;! function_references = true
;;! gc = true

;; Mechanism: an import may declare a supertype of the function's type. References to it were given
;; the declared type, so that a call at the function's own type trapped and a cast failed.
;; The official suite misses it: where it imports at a supertype, it only links.

(module $exporter
  (type $super (sub (func (result i32))))
  (type $sub (sub $super (func (result i32))))
  (func (export "sub") (type $sub) (i32.const 1))
  (func (export "super") (type $super) (i32.const 2)))
(register "exporter" $exporter)

(module $importer
  (type $super (sub (func (result i32))))
  (type $sub (sub $super (func (result i32))))
  (type $final (sub final $sub (func (result i32))))
  (import "exporter" "sub" (func $sub (type $super)))
  (import "exporter" "super" (func $super (type $super)))
  (table funcref (elem $sub $super))
  (func (export "at super") (param i32) (result i32)
    (call_indirect (type $super) (local.get 0)))
  (func (export "at sub") (param i32) (result i32)
    (call_indirect (type $sub) (local.get 0)))
  (func (export "at final") (param i32) (result i32)
    (call_indirect (type $final) (local.get 0)))
  (func (export "cast") (param i32) (result i32)
    (call_ref $sub (ref.cast (ref $sub) (table.get (local.get 0)))))
  (func (export "test") (param i32) (result i32)
    (ref.test (ref $sub) (table.get (local.get 0)))))

(assert_return (invoke "at super" (i32.const 0)) (i32.const 1))
(assert_return (invoke "at super" (i32.const 1)) (i32.const 2))
(assert_return (invoke "at sub" (i32.const 0)) (i32.const 1))
(assert_return (invoke "cast" (i32.const 0)) (i32.const 1))
(assert_return (invoke "test" (i32.const 0)) (i32.const 1))

;; The twins: a function of the supertype is none of the subtype.
(assert_trap (invoke "at sub" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "at final" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "at final" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "cast" (i32.const 1)) "cast failure")
(assert_return (invoke "test" (i32.const 1)) (i32.const 0))

;; The function keeps its own type when the importer exports it again.
(module $again
  (type $super (sub (func (result i32))))
  (import "exporter" "sub" (func $sub (type $super)))
  (export "sub" (func $sub)))
(register "again" $again)
(module
  (type $super (sub (func (result i32))))
  (type $sub (sub $super (func (result i32))))
  (import "again" "sub" (func $sub (type $sub)))
  (func (export "call") (result i32) (call $sub)))
(assert_return (invoke "call") (i32.const 1))
(assert_unlinkable
  (module
    (type $super (sub (func (result i32))))
    (type $sub (sub $super (func (result i32))))
    (import "exporter" "super" (func (type $sub))))
  "incompatible import type")
