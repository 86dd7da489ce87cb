;;! issue = "wasmtime#10435"
;;! why = "the types of a recursion group were assumed to have numbers in a row"
;;! function_references = true
;;! gc = true

;; Mechanism: references within a group were resolved as the number of the group's first type plus
;; the place in the group. Numbers are reused, so the types of a group need not be in a row; then a
;; reference meant a type of another module. Here each module shifts the types of the next one, and
;; the same group follows different types.
;; The official suite misses it: it compares groups within a module or with equal ones of another.

(module $exporter
  (type $unrelated (func (param f32) (result f64)))
  (rec
    (type $node (sub (func (param (ref null $leaf)) (result i32))))
    (type $leaf (sub (func (param (ref null $node)) (result i32)))))
  (func $node (export "node") (type $node) (i32.const 1))
  (func $leaf (export "leaf") (type $leaf) (i32.const 2))
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $node $leaf))
(register "exporter" $exporter)

;; The group's types, each in a group of its own, are other types.
(module $apart
  (rec (type $selfish (sub (func (param (ref null $selfish)) (result i32)))))
  (rec
    (type $a (sub (func (param (ref null $b)) (result i32))))
    (type $b (sub (func (param (ref null $a)) (result i32))))
    (type $c (func)))
  (table (import "exporter" "table") 2 funcref)
  (func (export "selfish") (param i32) (result i32)
    (call_indirect (type $selfish) (ref.null $selfish) (local.get 0)))
  (func (export "of three") (param i32) (result i32)
    (call_indirect (type $a) (ref.null $b) (local.get 0))))
(assert_trap (invoke "selfish" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "selfish" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "of three" (i32.const 0)) "indirect call type mismatch")

;; The same group, after other types and under other indices.
(module $importer
  (rec (type $pad0 (func (param i64))) (type $pad1 (struct)))
  (type $pad2 (func (param i64 i64)))
  (rec
    (type $first (sub (func (param (ref null $second)) (result i32))))
    (type $second (sub (func (param (ref null $first)) (result i32)))))
  (import "exporter" "node" (func $node (type $first)))
  (import "exporter" "leaf" (func $leaf (type $second)))
  (table (import "exporter" "table") 2 funcref)
  (elem declare func $node $leaf)
  (func (export "direct") (result i32 i32)
    (call $node (ref.func $leaf))
    (call $leaf (ref.func $node)))
  (func (export "first") (param i32) (result i32)
    (call_indirect (type $first) (ref.null $second) (local.get 0)))
  (func (export "second") (param i32) (result i32)
    (call_indirect (type $second) (ref.null $first) (local.get 0)))
  (func (export "cast") (param i32) (result i32)
    (call_ref $second (ref.null $first) (ref.cast (ref $second) (table.get (local.get 0))))))
(assert_return (invoke "direct") (i32.const 1) (i32.const 2))
(assert_return (invoke "first" (i32.const 0)) (i32.const 1))
(assert_return (invoke "second" (i32.const 1)) (i32.const 2))
(assert_return (invoke "cast" (i32.const 1)) (i32.const 2))

;; The twins.
(assert_trap (invoke "first" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "second" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "cast" (i32.const 0)) "cast failure")
(assert_unlinkable
  (module
    (rec
      (type $first (sub (func (param (ref null $second)) (result i32))))
      (type $second (sub (func (param (ref null $first)) (result i32)))))
    (import "exporter" "leaf" (func (type $first))))
  "incompatible import type")
(assert_unlinkable
  (module
    (rec (type $selfish (sub (func (param (ref null $selfish)) (result i32)))))
    (import "exporter" "node" (func (type $selfish))))
  "incompatible import type")
