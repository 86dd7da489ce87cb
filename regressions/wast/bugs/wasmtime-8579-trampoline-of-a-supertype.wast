;;! issue = "wasmtime#8579"
;;! why = "a trampoline that was made for an import at a supertype was used for an import at the function's own type"
;;! base = "wasm2"
;;! function_references = true
;;! gc = true

;; Mechanism: the trampoline from wasm to a function was looked up by the type that the first import
;; declared, and kept for every later import of the function in the store. Host functions whose type
;; has a declared supertype were concerned. The specification gives an embedder no such function, so
;; here a module takes the host's part. In that engine the trampolines happened to do the same, and
;; its calls returned; an earlier form of the bug (wasmtime#8432) panicked.
;; The official suite misses it: it imports no function at two types.

(module $exporter
  (type $super (sub (func (param i32 (ref null $super)) (result funcref))))
  (type $sub (sub $super (func (param i32 funcref) (result (ref func)))))
  (type $get (func (result i32)))
  (func $answer (type $get) (i32.const 42))
  (elem declare func $answer)
  (func (export "answer") (type $sub) (ref.func $answer)))
(register "exporter" $exporter)

;; First at the supertype.
(module $wide
  (type $super (sub (func (param i32 (ref null $super)) (result funcref))))
  (type $get (func (result i32)))
  (import "exporter" "answer" (func $answer (type $super)))
  (table 1 funcref)
  (func (export "call") (result i32)
    (table.set (i32.const 0) (call $answer (i32.const 1) (ref.null $super)))
    (call_indirect (type $get) (i32.const 0))))
(assert_return (invoke $wide "call") (i32.const 42))

;; Then at its own type, and again at the supertype.
(module $own
  (type $super (sub (func (param i32 (ref null $super)) (result funcref))))
  (type $sub (sub $super (func (param i32 funcref) (result (ref func)))))
  (type $get (func (result i32)))
  (import "exporter" "answer" (func $answer (type $sub)))
  (func $own (type $get) (i32.const 7))
  (elem declare func $own)
  (func (export "call") (result i32)
    (call_ref $get (ref.cast (ref $get) (call $answer (i32.const 1) (ref.func $own)))))
  (func (export "call as another type") (result i32)
    (drop (call_ref $super (i32.const 1) (ref.null $super)
      (ref.cast (ref $super) (call $answer (i32.const 1) (ref.func $own)))))
    (i32.const 8)))
(assert_return (invoke $own "call") (i32.const 42))
(assert_return (invoke $wide "call") (i32.const 42))

;; The twins: a result of another type is no such function, and another type does not link.
(assert_trap (invoke $own "call as another type") "cast failure")
(assert_unlinkable
  (module (import "exporter" "answer" (func (param i32 funcref) (result funcref))))
  "incompatible import type")
