;;! issue = "wazero, no report"
;;! why = "a function that reached a table as an argument was freed with the module that had passed it"
;;! base = "wasm2"

;; Mechanism: an element is an address that the collector of the host does not see. A table keeps
;; the instances of its importers alive, because these can write into it, but a function can also
;; reach it as an argument of its owner's function, from an instance that imports no table.
;; The official suite misses it: no directive of the specification drops an instance.

(module $owner
  (type $t (func (result i32)))
  (table $t (export "table") 4 funcref)
  (global $g (mut funcref) (ref.null func))
  (func (export "keep") (param i32 funcref)
    (table.set $t (local.get 0) (local.get 1))
    (global.set $g (local.get 1)))
  (func (export "keep in the global") (param funcref) (global.set $g (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect $t (type $t) (local.get 0)))
  (func (export "copy") (param i32) (table.set $t (local.get 0) (global.get $g))))
(register "owner" $owner)
(module $definer
  (memory 1)
  (data (i32.const 0) "\66")
  (func (export "102") (result i32) (i32.load8_u (i32.const 0))))
(register "definer" $definer)

;; It imports functions only. What it passes uses its memory, or is an import of its own.
(module $passer
  (import "owner" "keep" (func $keep (param i32 funcref)))
  (import "owner" "keep in the global" (func $keep_in_the_global (param funcref)))
  (import "definer" "102" (func $import (result i32)))
  (memory 1)
  (data (i32.const 0) "\65\67")
  (func $own (result i32) (i32.load8_u (i32.const 0)))
  (func $other (result i32) (i32.load8_u (i32.const 1)))
  (elem declare func $own $other $import)
  (func (export "pass")
    (call $keep (i32.const 0) (ref.func $own))
    (call $keep (i32.const 1) (ref.func $import))
    (call $keep_in_the_global (ref.func $other))))
(assert_return (invoke $passer "pass"))
(assert_return (invoke $owner "call" (i32.const 0)) (i32.const 101))

(@wassay.drop $passer)
(@wassay.collect)
;; Its memory is free, and may be used again.
(module (memory 1) (data (i32.const 0) "\ff\ff"))
(assert_return (invoke $owner "call" (i32.const 0)) (i32.const 101))
(assert_return (invoke $owner "call" (i32.const 1)) (i32.const 102))
(assert_return (invoke $owner "copy" (i32.const 2)))
(assert_return (invoke $owner "call" (i32.const 2)) (i32.const 103))
(assert_trap (invoke $owner "call" (i32.const 3)) "uninitialized element")

;; The import outlives its definer, too.
(@wassay.drop $definer)
(@wassay.collect)
(assert_return (invoke $owner "call" (i32.const 1)) (i32.const 102))

;; A host keeps one of them longer than the table does.
(@wassay.take $own (table $owner "table" 0))
(@wassay.drop $owner)
(@wassay.collect)
(@wassay.assert_return (call $own) (i32.const 101))
