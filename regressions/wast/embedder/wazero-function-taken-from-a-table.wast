;;! issue = "wazero, no report"
;;! why = "an imported function that the embedder takes from a table is function 0 of the module that defines it"
;;! base = "wasm2"

;; Mechanism: the entry of an import in its importer was filled without its index, and writing the
;; type, in 8 bytes instead of 4, cleared the place of it. So the embedder found function 0 of the
;; module that defines the import; if that has imports, one of these. Calls within WebAssembly use
;; the code in the entry, not the index.
;; The official suite misses it: no directive of the specification reads a table or calls a
;; reference.

;; `$provider` has no import (K = 0), so that its function 0 is its own; `$other` has one (K = 1).
(module $provider
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2)))
(register "provider" $provider)
(module $other
  (import "provider" "one" (func (result i32)))
  (func (export "five") (result i32) (i32.const 5))
  (func (export "six") (result i32) (i32.const 6)))
(register "other" $other)

(module $holder
  (type $t (func (result i32)))
  (import "provider" "one" (func $one (result i32)))
  (import "provider" "two" (func $two (result i32)))
  (import "other" "five" (func $five (result i32)))
  (import "other" "six" (func $six (result i32)))
  (func $three (export "three") (result i32) (i32.const 3))
  (func $four (result i32) (i32.const 4))
  (func $traps (result i32) (unreachable))
  (func $wide (param i64) (result i64) (i64.add (local.get 0) (i64.const 6)))
  (export "again" (func $two))
  (table (export "table") 10 funcref)
  (elem (i32.const 0) func $four $three $two $one $traps $wide $five $six)
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
(@wassay.take $6 (table $holder "table" 6))
(@wassay.take $7 (table $holder "table" 7))
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
(@wassay.assert_return (call $6) (i32.const 5))
(@wassay.assert_return (call $7) (i32.const 6))
(@wassay.assert_return (call $global) (i32.const 4))
(@wassay.assert_return (call $export) (i32.const 3))
(@wassay.assert_return (call $again) (i32.const 2))
(@wassay.assert_return (call $result) (i32.const 4))

;; Back into tables and globals, where wasm calls them.
(@wassay.put (table $holder "table" 8) $result)
(@wassay.put (table $holder "table" 9) $5)
(@wassay.put (global $holder "global") $again)
(assert_return (invoke $holder "call" (i32.const 0)) (i32.const 4))
(@wassay.assert_return (invoke $holder "call" (i32.const 8)) (i32.const 4))
(@wassay.assert_trap (invoke $holder "call" (i32.const 9)) "indirect call type mismatch")
(@wassay.assert_return (invoke $holder "call global") (i32.const 2))

;; And from one table into another element of it.
(@wassay.put (table $holder "table" 9) $7)
(@wassay.assert_return (invoke $holder "call" (i32.const 9)) (i32.const 6))
(@wassay.take $9 (table $holder "table" 9))
(@wassay.assert_return (call $9) (i32.const 6))
