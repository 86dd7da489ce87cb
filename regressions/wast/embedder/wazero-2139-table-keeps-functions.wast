;;! issue = "wazero#2139"
;;! why = "a table did not keep the code of its functions alive once their module was closed"
;;! base = "wasm2"

;; Mechanism: an element was an address of code that belonged to the module of the function. Nothing
;; else kept that code, so the collector of the host freed it when the module had been closed.
;; The official suite misses it: no directive of the specification drops an instance.

(module $owner
  (type $t (func (result i32)))
  (table (export "table") 4 funcref)
  (func $own (result i32) (i32.const 100))
  (elem (i32.const 0) func $own)
  (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))
(register "owner" $owner)

(module $filler
  (import "owner" "table" (table 4 funcref))
  (global $calls (mut i32) (i32.const 200))
  (memory 1)
  (data (i32.const 8) "\2d\01")
  (func $constant (result i32) (i32.const 101))
  (func $counter (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.add (global.get $calls) (i32.load (i32.const 8))))
  (func $wide (result i64) (i64.const 102))
  (elem (i32.const 1) func $constant $counter $wide))

(assert_return (invoke $owner "call" (i32.const 2)) (i32.const 502))
(@wassay.drop $filler)
(@wassay.collect)
(assert_return (invoke $owner "call" (i32.const 0)) (i32.const 100))
(assert_return (invoke $owner "call" (i32.const 1)) (i32.const 101))
(assert_return (invoke $owner "call" (i32.const 2)) (i32.const 503))
(assert_trap (invoke $owner "call" (i32.const 3)) "indirect call type mismatch")

;; The embedder takes them out of the table and lets go of the table's owner, too.
(@wassay.take $constant (table $owner "table" 1))
(@wassay.take $counter (table $owner "table" 2))
(@wassay.take $wide (table $owner "table" 3))
(@wassay.drop $owner)
(@wassay.collect)
(@wassay.assert_return (call $constant) (i32.const 101))
(@wassay.assert_return (call $counter) (i32.const 504))
(@wassay.assert_return (call $wide) (i64.const 102))
