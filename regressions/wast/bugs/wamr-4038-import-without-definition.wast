;;! issue = "WAMR#4038"
;;! why = "compiled ahead of time, the only table of a module, an import, was counted as one that the module defines"
;;! base = "wasm2"

;; Mechanism: the compiled file listed imported and defined tables together, so that the module got
;; a table of its own and never saw the exporter's.
;; The official suite seldom has an importer that defines nothing, and then it only links.

(module $owner
  (func $one (result i32) (i32.const 1))
  (table $t (export "table") 2 4 funcref)
  (memory (export "memory") 1 2)
  (global $g (export "global") (mut i32) (i32.const 5))
  (elem (table $t) (i32.const 0) func $one)
  (func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0)))
  (func (export "grow") (result i32) (table.grow $t (ref.null func) (i32.const 1)))
  (func (export "byte") (result i32) (i32.load8_u (i32.const 9)))
  (func (export "get") (result i32) (global.get $g)))
(register "owner" $owner)

;; A module with the imports alone links, and changes nothing.
(module
  (import "owner" "table" (table 2 4 funcref))
  (import "owner" "memory" (memory 1 2))
  (import "owner" "global" (global (mut i32))))
(assert_return (invoke $owner "call" (i32.const 0)) (i32.const 1))
(assert_trap (invoke $owner "call" (i32.const 1)) "uninitialized element")

;; What one module writes the other reads.
(module $user
  (import "owner" "table" (table $t 2 4 funcref))
  (import "owner" "memory" (memory 1 2))
  (import "owner" "global" (global $g (mut i32)))
  (func $two (result i32) (i32.const 2))
  (elem (table $t) (i32.const 1) func $two)
  (data (i32.const 9) "\09")
  (func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0)))
  (func (export "size") (result i32) (table.size $t))
  (func (export "clear") (table.set $t (i32.const 0) (ref.null func)))
  (func (export "set") (global.set $g (i32.const 6))))
(assert_return (invoke $user "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke $user "call" (i32.const 1)) (i32.const 2))
(assert_return (invoke $owner "call" (i32.const 1)) (i32.const 2))
(assert_return (invoke $owner "byte") (i32.const 9))
(assert_return (invoke $user "set"))
(assert_return (invoke $owner "get") (i32.const 6))
(assert_return (invoke $user "clear"))
(assert_trap (invoke $owner "call" (i32.const 0)) "uninitialized element")
(assert_return (invoke $owner "grow") (i32.const 2))
(assert_return (invoke $user "size") (i32.const 3))

;; The twins: the import's limits are checked, not replaced. The table has 3 elements now.
(assert_unlinkable (module (import "owner" "table" (table 4 funcref))) "incompatible import type")
(assert_unlinkable (module (import "owner" "table" (table 2 3 funcref))) "incompatible import type")
(assert_unlinkable (module (import "owner" "table" (table 2 4 externref))) "incompatible import type")
