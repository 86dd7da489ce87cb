;;! issue = "meld#267"
;;! why = "function import N was taken from slot N of the imports of all kinds"
;;! base = "wasm2"

;; Mechanism: the list of all imports was indexed with a number that counts functions only. The tool
;; fuses components into one module and runs none; this is the same mistake in an engine.
;; The official suite misses it: where it mixes the kinds, the functions come first or only link.

(module $m
  (global (export "global") i32 (i32.const 1))
  (memory (export "memory") 1)
  (table (export "table") 1 funcref)
  (func (export "two") (result i32) (i32.const 2))
  (func (export "three") (result i32) (i32.const 3))
  (func (export "four") (result i64) (i64.const 4))
  (func (export "five") (result i32) (i32.const 5))
  (global (export "other") i32 (i32.const 6)))
(register "m" $m)

(module
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (import "m" "global" (global $global i32))
  (import "m" "two" (func $two (type $get)))
  (import "m" "memory" (memory 1))
  (import "m" "table" (table 1 funcref))
  (import "m" "four" (func $four (type $wide)))
  (import "m" "three" (func $three (type $get)))
  (import "m" "other" (global $other i32))
  (import "m" "five" (func $five (type $get)))
  (func $ten (type $get) (i32.const 10))
  (table $own funcref (elem $two $four $three $five $ten))
  (func (export "direct") (result i32 i32 i64 i32 i32)
    (call $two) (call $three) (call $four) (call $five) (call $ten))
  (func (export "get") (param i32) (result i32)
    (call_indirect $own (type $get) (local.get 0)))
  (func (export "wide") (param i32) (result i64)
    (call_indirect $own (type $wide) (local.get 0)))
  (func (export "globals") (result i32 i32) (global.get $global) (global.get $other))
  (export "five" (func $five))
  (export "four" (func $four)))

(assert_return (invoke "direct")
  (i32.const 2) (i32.const 3) (i64.const 4) (i32.const 5) (i32.const 10))
(assert_return (invoke "get" (i32.const 0)) (i32.const 2))
(assert_return (invoke "wide" (i32.const 1)) (i64.const 4))
(assert_return (invoke "get" (i32.const 2)) (i32.const 3))
(assert_return (invoke "get" (i32.const 3)) (i32.const 5))
(assert_return (invoke "get" (i32.const 4)) (i32.const 10))
(assert_return (invoke "globals") (i32.const 1) (i32.const 6))
(assert_return (invoke "five") (i32.const 5))
(assert_return (invoke "four") (i64.const 4))

;; The twins.
(assert_trap (invoke "wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "wide" (i32.const 3)) "indirect call type mismatch")
;; One slot further is a function of another type, or no function.
(assert_unlinkable
  (module
    (import "m" "global" (global i32))
    (import "m" "two" (func (result i32)))
    (import "m" "four" (func (result i32))))
  "incompatible import type")
(assert_unlinkable
  (module
    (import "m" "two" (func (result i32)))
    (import "m" "global" (func (result i32))))
  "incompatible import type")
