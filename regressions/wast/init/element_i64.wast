;;! why = "the offset of an element segment has 64 bits if the table's indices do; one whose lower half is in bounds is not"

(module $t
  (table (export "table") i64 2 4 funcref)
  (func (export "call") (param i64) (result i32) (call_indirect (result i32) (local.get 0))))
(register "t" $t)
(module $g
  (global (export "last") i64 (i64.const 1))
  (global (export "far") i64 (i64.const 0x1_0000_0000))
  (global (export "negative") i64 (i64.const -1)))
(register "g" $g)

;; The last element, and an empty segment at the end.
(module
  (table (import "t" "table") i64 2 funcref)
  (global $last (import "g" "last") i64)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (elem (i64.const 0) $one)
  (elem (global.get $last) $two)
  (elem (i64.const 2)))
(assert_return (invoke $t "call" (i64.const 0)) (i32.const 1))
(assert_return (invoke $t "call" (i64.const 1)) (i32.const 2))

;; Out of bounds by one element, and an empty segment by one.
(assert_trap
  (module
    (table (import "t" "table") i64 2 funcref)
    (func $three (result i32) (i32.const 3))
    (elem (i64.const 1) $three $three))
  "out of bounds table access")
(assert_trap
  (module (table (import "t" "table") i64 2 funcref) (elem (i64.const 3)))
  "out of bounds table access")

;; Only the upper half of the offset is out of bounds.
(assert_trap
  (module
    (table (import "t" "table") i64 2 funcref)
    (func $four (result i32) (i32.const 4))
    (elem (i64.const 0x1_0000_0000) $four))
  "out of bounds table access")
(assert_trap
  (module (table (import "t" "table") i64 2 funcref) (elem (i64.const 0x1_0000_0000)))
  "out of bounds table access")
(assert_trap
  (module
    (table (import "t" "table") i64 2 funcref)
    (global $far (import "g" "far") i64)
    (func $five (result i32) (i32.const 5))
    (elem (global.get $far) $five))
  "out of bounds table access")

;; The end wraps around, to 0 or into the table.
(assert_trap
  (module
    (table (import "t" "table") i64 2 funcref)
    (func $six (result i32) (i32.const 6))
    (elem (i64.const -1) $six))
  "out of bounds table access")
(assert_trap
  (module
    (table (import "t" "table") i64 2 funcref)
    (global $negative (import "g" "negative") i64)
    (func $seven (result i32) (i32.const 7))
    (elem (global.get $negative) $seven $seven))
  "out of bounds table access")

;; None of them wrote anything.
(assert_return (invoke $t "call" (i64.const 0)) (i32.const 1))
(assert_return (invoke $t "call" (i64.const 1)) (i32.const 2))
