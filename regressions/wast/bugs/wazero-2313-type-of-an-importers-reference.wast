;;! issue = "wazero#2313"
;;! why = "a reference that an importer made to a function had the type of another function of the exporter"
;;! base = "wasm2"

;; Mechanism: resolving an import subtracted the number K of the exporter's own imports from the
;; function's index, and then looked up the type of the reference at that index among all functions.
;; Direct calls did not use this type.
;; The official suite misses it: every module from which it imports functions has K = 0.

(module $host
  (func (export "unary") (param i32) (result i32) (i32.const 1)))
(register "host" $host)

;; K = 1: the type at the index of `$first` without imports is that of `$unary`, and the type at the
;; index of `$second` is that of `$first`.
(module $exporter
  (import "host" "unary" (func $unary (param i32) (result i32)))
  (func $first (export "first") (result i32) (i32.const 2))
  (func $second (export "second") (result i64) (i64.const 3)))
(register "exporter" $exporter)

(module $importer
  (type $nullary (func (result i32)))
  (type $unary (func (param i32) (result i32)))
  (type $wide (func (result i64)))
  (import "exporter" "first" (func $first (type $nullary)))
  (import "exporter" "second" (func $second (type $wide)))
  (table $t 4 funcref)
  (elem (table $t) (i32.const 0) func $first $second)
  (elem declare func $first $second)
  (func (export "set")
    (table.set $t (i32.const 2) (ref.func $first))
    (table.set $t (i32.const 3) (ref.func $second)))
  (func (export "direct first") (result i32) (call $first))
  (func (export "direct second") (result i64) (call $second))
  (func (export "nullary") (param i32) (result i32)
    (call_indirect $t (type $nullary) (local.get 0)))
  (func (export "unary") (param i32) (result i32)
    (call_indirect $t (type $unary) (i32.const 4) (local.get 0)))
  (func (export "wide") (param i32) (result i64)
    (call_indirect $t (type $wide) (local.get 0))))

(assert_return (invoke "direct first") (i32.const 2))
(assert_return (invoke "direct second") (i64.const 3))
(assert_return (invoke "set"))

;; From the segment, then from `ref.func`.
(assert_return (invoke "nullary" (i32.const 0)) (i32.const 2))
(assert_return (invoke "wide" (i32.const 1)) (i64.const 3))
(assert_return (invoke "nullary" (i32.const 2)) (i32.const 2))
(assert_return (invoke "wide" (i32.const 3)) (i64.const 3))

;; The twins: with the bug these calls run, and `unary` leaves an argument behind.
(assert_trap (invoke "unary" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "nullary" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "unary" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "nullary" (i32.const 3)) "indirect call type mismatch")
