;;! issue = "wazero#2512"
;;! why = "closing a module that imports a memory freed the memory, which it does not own"
;;! base = "wasm2"

;; Mechanism: closing any instance freed its memory, whoever had defined it, if an allocator of the
;; embedder had made the memory: wazero's own memories are left to the collector. So an adapter for
;; wazero must set `experimental.WithMemoryAllocator`. The report is of threads:
;; see wazero-2512-close-a-thread.wast.
;; The official suite misses it: no directive of the specification drops an instance.

(module $owner
  (type $t (func (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\0b\00\00\00")
  (table (export "table") 1 funcref)
  (global (export "global") (mut i32) (i32.const 12))
  (func $f (export "func") (result i32) (i32.const 13))
  (elem (i32.const 0) func $f)
  (func (export "load") (result i32) (i32.load (i32.const 0)))
  (func (export "load past the end") (result i32) (i32.load (i32.const 65533)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "store at the end") (i32.store (i32.const 131068) (i32.const 23)))
  (func (export "load at the end") (result i32) (i32.load (i32.const 131068)))
  (func (export "get") (result i32) (global.get 0))
  (func (export "call") (result i32) (call_indirect (type $t) (i32.const 0))))
(register "owner" $owner)

(module $importer
  (import "owner" "memory" (memory 1))
  (import "owner" "table" (table 1 funcref))
  (import "owner" "global" (global $g (mut i32)))
  (import "owner" "func" (func $f (result i32)))
  (func (export "write")
    (i32.store (i32.const 0) (i32.const 21))
    (global.set $g (i32.const 22)))
  (func (export "call") (result i32) (call $f)))

(assert_return (invoke $importer "write"))
(assert_return (invoke $importer "call") (i32.const 13))
(@wassay.drop $importer)
(@wassay.collect)
(assert_return (invoke $owner "load") (i32.const 21))
(assert_trap (invoke $owner "load past the end") "out of bounds memory access")
(assert_return (invoke $owner "get") (i32.const 22))
(assert_return (invoke $owner "call") (i32.const 13))

;; What another importer finds.
(module $next
  (import "owner" "memory" (memory 1))
  (import "owner" "global" (global $g (mut i32)))
  (func (export "load") (result i32) (i32.load (i32.const 0)))
  (func (export "get") (result i32) (global.get $g)))
(assert_return (invoke $next "load") (i32.const 21))
(assert_return (invoke $next "get") (i32.const 22))

;; The memory can still grow, for all of its users.
(assert_return (invoke $owner "grow") (i32.const 1))
(assert_return (invoke $owner "store at the end"))
(assert_return (invoke $owner "load at the end") (i32.const 23))
(assert_return (invoke $next "load") (i32.const 21))
