;;! issue = "zwasm#282"
;;! why = "a segment whose offset is an imported global failed to instantiate, whatever the offset"
;;! base = "wasm2"

;; Mechanism: offsets were evaluated before the imported globals had values.
;; The official suite has such offsets, but nearly all are the host's global, 666. Here globals of a
;; module give the offsets, after globals of other values, in range and out of it.

(module $offsets
  (global (export "zero") i32 (i32.const 0))
  (global (export "last") i32 (i32.const 0xffff))
  (global (export "end") i32 (i32.const 0x10000))
  (global (export "negative") i32 (i32.const -1))
  (global (export "second") i32 (i32.const 1))
  (global (export "third") i32 (i32.const 2))
  (memory (export "memory") 1 1)
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (table $t (export "table") 2 2 funcref)
  (func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0))))
(register "offsets" $offsets)

(module
  (import "offsets" "zero" (global $zero i32))
  (import "offsets" "negative" (global $negative i32))
  (import "offsets" "last" (global $last i32))
  (import "offsets" "second" (global $second i32))
  (import "offsets" "end" (global $end i32))
  (import "offsets" "memory" (memory 1))
  (import "offsets" "table" (table 2 funcref))
  (func $unused (result i32) (i32.const 20))
  (func $one (result i32) (i32.const 21))
  (func $two (result i32) (i32.const 22))
  (data (global.get $last) "\07")
  (data (global.get $zero) "\08")
  (data (global.get $end) "")
  (elem (global.get $second) $one)
  (elem (global.get $zero) $two))
(assert_return (invoke $offsets "byte" (i32.const 0xffff)) (i32.const 7))
(assert_return (invoke $offsets "byte" (i32.const 0)) (i32.const 8))
(assert_return (invoke $offsets "call" (i32.const 0)) (i32.const 22))
(assert_return (invoke $offsets "call" (i32.const 1)) (i32.const 21))

;; The twins: out of range by one byte or element, and by far.
(assert_trap
  (module
    (import "offsets" "last" (global $last i32))
    (import "offsets" "memory" (memory 1))
    (data (global.get $last) "\09\09"))
  "out of bounds memory access")
(assert_trap
  (module
    (import "offsets" "zero" (global $zero i32))
    (import "offsets" "negative" (global $negative i32))
    (import "offsets" "memory" (memory 1))
    (data (global.get $negative) ""))
  "out of bounds memory access")
(assert_trap
  (module
    (import "offsets" "zero" (global $zero i32))
    (import "offsets" "third" (global $third i32))
    (import "offsets" "table" (table 2 funcref))
    (func $f)
    (elem (global.get $third) $f))
  "out of bounds table access")
(assert_trap
  (module
    (import "offsets" "zero" (global $zero i32))
    (import "offsets" "negative" (global $negative i32))
    (import "offsets" "table" (table 2 funcref))
    (elem (global.get $negative)))
  "out of bounds table access")
(assert_return (invoke $offsets "byte" (i32.const 0xffff)) (i32.const 7))
(assert_return (invoke $offsets "call" (i32.const 1)) (i32.const 21))
