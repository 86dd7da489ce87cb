;;! issue = "wazero, no report"
;;! why = "a function that the embedder takes from a table is looked up by its index without imports"

;; The official suite misses it: no directive reads a table or calls a reference.

(module $provider
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2)))
(register "provider" $provider)

(module $holder
  (type $t (func (result i32)))
  (import "provider" "one" (func $one (result i32)))
  (import "provider" "two" (func $two (result i32)))
  (func $three (export "three") (result i32) (i32.const 3))
  (func $four (result i32) (i32.const 4))
  (func $traps (result i32) (unreachable))
  (func $wide (param i64) (result i64) (i64.add (local.get 0) (i64.const 6)))
  (export "again" (func $two))
  (table (export "table") 8 funcref)
  (elem (i32.const 0) func $four $three $two $one $traps $wide)
  (global (export "global") (mut funcref) (ref.func $four))
  (func (export "result") (result funcref) (ref.func $four))
  (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
  (table $own 1 funcref)
  (func (export "call global") (result i32)
    (table.set $own (i32.const 0) (global.get 0))
    (call_indirect $own (type $t) (i32.const 0))))
(register "holder" $holder)

(@wassay.take $0 (table $holder "table" 0))
(@wassay.take $1 (table $holder "table" 1))
(@wassay.take $2 (table $holder "table" 2))
(@wassay.take $3 (table $holder "table" 3))
(@wassay.take $4 (table $holder "table" 4))
(@wassay.take $5 (table $holder "table" 5))
(@wassay.take $global (global $holder "global"))
(@wassay.take $export (export $holder "three"))
(@wassay.take $again (export $holder "again"))
(@wassay.take $result (invoke $holder "result"))
(@wassay.assert_return (call $0) (i32.const 4))
(@wassay.assert_return (call $1) (i32.const 3))
(@wassay.assert_return (call $2) (i32.const 2))
(@wassay.assert_return (call $3) (i32.const 1))
(@wassay.assert_trap (call $4) "unreachable")
(@wassay.assert_return (call $5 (i64.const 10)) (i64.const 16))
(@wassay.assert_return (call $global) (i32.const 4))
(@wassay.assert_return (call $export) (i32.const 3))
(@wassay.assert_return (call $again) (i32.const 2))
(@wassay.assert_return (call $result) (i32.const 4))

;; Back into tables and globals, where wasm calls them.
(@wassay.put (table $holder "table" 6) $result)
(@wassay.put (table $holder "table" 7) $5)
(@wassay.put (global $holder "global") $again)
(assert_return (invoke $holder "call" (i32.const 0)) (i32.const 4))
(@wassay.assert_return (invoke $holder "call" (i32.const 6)) (i32.const 4))
(@wassay.assert_trap (invoke $holder "call" (i32.const 7)) "indirect call type mismatch")
(@wassay.assert_return (invoke $holder "call global") (i32.const 2))
