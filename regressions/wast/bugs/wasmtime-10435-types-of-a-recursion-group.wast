;;! issue = "wasmtime#10435"
;;! why = "the types of a recursion group were assumed to have numbers in a row"
;;! base = "wasm2"
;;! function_references = true
;;! gc = true

;; Mechanism: references within a group, to supertypes too, were resolved as the number of
;; registered types plus the place in the group. Numbers of types that were freed are used again,
;; the last one first, so after a module has been dropped these are numbers of other types, or of
;; none.
;; The official suite misses it: it compares groups within a module or with equal ones of another,
;; and nothing frees types that no other module has.

;; This module does not link, and its types are freed.
(assert_unlinkable
  (module
    (type $one (func (param i64 f32 i64) (result f64)))
    (type $two (func (param f32 i64 f32) (result f64)))
    (type $three (func (param f64 i64 f64) (result f32)))
    (type $four (func (param i64 f64 i64) (result f32)))
    (type $five (func (param f64 f64 f32) (result i64)))
    (import "nothing" "one" (func (type $one)))
    (import "nothing" "two" (func (type $two)))
    (import "nothing" "three" (func (type $three)))
    (import "nothing" "four" (func (type $four)))
    (import "nothing" "five" (func (type $five))))
  "unknown import")

;; The first group that takes their numbers. `$leaf` is a subtype of `$node`.
(module $exporter
  (rec
    (type $node (sub (func (param (ref null $leaf)) (result i32))))
    (type $leaf (sub $node (func (param (ref null $node)) (result i32)))))
  (type $unrelated (func (param f32) (result f64)))
  (func $node (export "node") (type $node) (i32.const 1))
  (func $leaf (export "leaf") (type $leaf) (i32.const 2))
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $node $leaf)
  (func (export "at node") (param i32) (result i32)
    (call_indirect (type $node) (ref.null $leaf) (local.get 0)))
  (func (export "at leaf") (param i32) (result i32)
    (call_indirect (type $leaf) (ref.null $node) (local.get 0)))
  (func (export "cast to node") (param i32) (result i32)
    (call_ref $node (ref.null $leaf) (ref.cast (ref $node) (table.get (local.get 0)))))
  (func (export "cast to leaf") (param i32) (result i32)
    (call_ref $leaf (ref.null $node) (ref.cast (ref $leaf) (table.get (local.get 0)))))
  ;; Each with a reference as its argument.
  (func (export "direct") (result i32 i32)
    (call $node (ref.func $leaf))
    (call $leaf (ref.func $node)))
  (elem declare func $node $leaf))
(register "exporter" $exporter)
(assert_return (invoke $exporter "at node" (i32.const 0)) (i32.const 1))
(assert_return (invoke $exporter "at node" (i32.const 1)) (i32.const 2))
(assert_return (invoke $exporter "at leaf" (i32.const 1)) (i32.const 2))
(assert_return (invoke $exporter "cast to node" (i32.const 0)) (i32.const 1))
(assert_return (invoke $exporter "cast to node" (i32.const 1)) (i32.const 2))
(assert_return (invoke $exporter "cast to leaf" (i32.const 1)) (i32.const 2))
(assert_return (invoke $exporter "direct") (i32.const 1) (i32.const 2))
(assert_trap (invoke $exporter "at leaf" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $exporter "cast to leaf" (i32.const 0)) "cast failure")

;; The group's types, each in a group of its own or in a larger one, are other types.
(module $apart
  (rec (type $selfish (sub (func (param (ref null $selfish)) (result i32)))))
  (rec
    (type $a (sub (func (param (ref null $b)) (result i32))))
    (type $b (sub $a (func (param (ref null $a)) (result i32))))
    (type $c (func)))
  (table (import "exporter" "table") 2 funcref)
  (func (export "selfish") (param i32) (result i32)
    (call_indirect (type $selfish) (ref.null $selfish) (local.get 0)))
  (func (export "of three") (param i32) (result i32)
    (call_indirect (type $a) (ref.null $b) (local.get 0))))
(assert_trap (invoke $apart "selfish" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $apart "selfish" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke $apart "of three" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $apart "of three" (i32.const 1)) "indirect call type mismatch")

;; The same group, after other types and under other indices.
(module $importer
  (rec (type $pad0 (func (param i64))) (type $pad1 (struct)))
  (type $pad2 (func (param i64 i64)))
  (rec
    (type $first (sub (func (param (ref null $second)) (result i32))))
    (type $second (sub $first (func (param (ref null $first)) (result i32)))))
  (import "exporter" "node" (func $node (type $first)))
  (import "exporter" "leaf" (func $leaf (type $second)))
  ;; A subtype links, too.
  (import "exporter" "leaf" (func $leaf_as_node (type $first)))
  (table (import "exporter" "table") 2 funcref)
  (elem declare func $node $leaf)
  (func (export "direct") (result i32 i32 i32)
    (call $node (ref.func $leaf))
    (call $leaf (ref.func $node))
    (call $leaf_as_node (ref.func $leaf)))
  (func (export "first") (param i32) (result i32)
    (call_indirect (type $first) (ref.null $second) (local.get 0)))
  (func (export "second") (param i32) (result i32)
    (call_indirect (type $second) (ref.null $first) (local.get 0)))
  (func (export "cast") (param i32) (result i32)
    (call_ref $second (ref.null $first) (ref.cast (ref $second) (table.get (local.get 0))))))
(assert_return (invoke $importer "direct") (i32.const 1) (i32.const 2) (i32.const 2))
(assert_return (invoke $importer "first" (i32.const 0)) (i32.const 1))
(assert_return (invoke $importer "first" (i32.const 1)) (i32.const 2))
(assert_return (invoke $importer "second" (i32.const 1)) (i32.const 2))
(assert_return (invoke $importer "cast" (i32.const 1)) (i32.const 2))

;; The twins.
(assert_trap (invoke $importer "second" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $importer "cast" (i32.const 0)) "cast failure")
(assert_unlinkable
  (module
    (rec
      (type $first (sub (func (param (ref null $second)) (result i32))))
      (type $second (sub $first (func (param (ref null $first)) (result i32)))))
    (import "exporter" "node" (func (type $second))))
  "incompatible import type")
(assert_unlinkable
  (module
    (rec (type $selfish (sub (func (param (ref null $selfish)) (result i32)))))
    (import "exporter" "node" (func (type $selfish))))
  "incompatible import type")
