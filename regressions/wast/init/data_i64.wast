;;! why = "the offset of a data segment has 64 bits if the memory's indices do; one whose lower half is in bounds is not"

(module $m
  (memory (export "memory") i64 1 2)
  (func (export "byte") (param i64) (result i32) (i32.load8_u (local.get 0))))
(register "m" $m)
(module $g
  (global (export "last") i64 (i64.const 0xffff))
  (global (export "far") i64 (i64.const 0x1_0000_0000))
  (global (export "negative") i64 (i64.const -1)))
(register "g" $g)

;; The last byte, and an empty segment at the end.
(module
  (memory (import "m" "memory") i64 1)
  (global $last (import "g" "last") i64)
  (data (i64.const 0xfffe) "\01")
  (data (global.get $last) "\02")
  (data (i64.const 0x10000) ""))
(assert_return (invoke $m "byte" (i64.const 0xfffe)) (i32.const 1))
(assert_return (invoke $m "byte" (i64.const 0xffff)) (i32.const 2))

;; Out of bounds by one byte, and an empty segment by one.
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const 0xffff) "\03\04"))
  "out of bounds memory access")
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const 0x10001) ""))
  "out of bounds memory access")

;; Only the upper half of the offset is out of bounds.
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const 0x1_0000_0000) "\05"))
  "out of bounds memory access")
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const 0x1_0000_0000) ""))
  "out of bounds memory access")
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const 0x8000_0000_0000_0000) "\06"))
  "out of bounds memory access")
(assert_trap
  (module
    (memory (import "m" "memory") i64 1)
    (global $far (import "g" "far") i64)
    (data (global.get $far) "\07"))
  "out of bounds memory access")

;; The end wraps around, to 0 or into the memory.
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const -1) "\08"))
  "out of bounds memory access")
(assert_trap
  (module (memory (import "m" "memory") i64 1) (data (i64.const -1) "\09\0a"))
  "out of bounds memory access")
(assert_trap
  (module
    (memory (import "m" "memory") i64 1)
    (global $negative (import "g" "negative") i64)
    (data (global.get $negative) ""))
  "out of bounds memory access")

;; None of them wrote anything.
(assert_return (invoke $m "byte" (i64.const 0)) (i32.const 0))
(assert_return (invoke $m "byte" (i64.const 0xffff)) (i32.const 2))
