;;! why = "waits that time out, end at once or trap, in both widths, while another thread keeps the memory busy"

(module $mem (memory (export "shared") 1 1 shared))
(register "mem" $mem)
(module $main
  (memory (import "mem" "shared") 1 1 shared)
  (func (export "wait32") (param i32 i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "wait64") (param i32 i64 i64) (result i32)
    (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "notify") (param i32 i32) (result i32)
    (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "store") (param i32 i64) (i64.atomic.store (local.get 0) (local.get 1)))
  (func (export "stop") (i32.atomic.store (i32.const 512) (i32.const 1))))

;; A thread that keeps writing and notifying at another address.
(thread $busy (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run")
      (loop $again
        (drop (i64.atomic.rmw.add (i32.const 1024) (i64.const 1)))
        (drop (memory.atomic.notify (i32.const 1024) (i32.const -1)))
        (br_if $again (i32.eqz (i32.atomic.load (i32.const 512)))))))
  (assert_return (invoke "run")))

;; 2 is timed out, 1 is not equal.
(assert_return (invoke $main "wait32" (i32.const 0) (i32.const 0) (i64.const 0)) (i32.const 2))
(assert_return (invoke $main "wait64" (i32.const 0) (i64.const 0) (i64.const 0)) (i32.const 2))
(assert_return (invoke $main "wait32" (i32.const 0) (i32.const 0) (i64.const 1)) (i32.const 2))
(assert_return (invoke $main "wait64" (i32.const 0) (i64.const 0) (i64.const 1)) (i32.const 2))
(assert_return (invoke $main "wait32" (i32.const 0) (i32.const 0) (i64.const 20_000_000)) (i32.const 2))
(assert_return (invoke $main "wait64" (i32.const 0) (i64.const 0) (i64.const 20_000_000)) (i32.const 2))
(assert_return (invoke $main "wait32" (i32.const 0) (i32.const 1) (i64.const -1)) (i32.const 1))
(assert_return (invoke $main "wait64" (i32.const 0) (i64.const 1) (i64.const -1)) (i32.const 1))
(assert_return (invoke $main "wait32" (i32.const 0) (i32.const 1) (i64.const 0x7fff_ffff_ffff_ffff)) (i32.const 1))
(assert_return (invoke $main "wait64" (i32.const 0) (i64.const 1) (i64.const 0x8000_0000_0000_0000)) (i32.const 1))

;; All bits are compared.
(assert_return (invoke $main "store" (i32.const 8) (i64.const 0x1_0000_0000)))
(assert_return (invoke $main "wait64" (i32.const 8) (i64.const 0) (i64.const -1)) (i32.const 1))
(assert_return (invoke $main "wait32" (i32.const 8) (i32.const 0) (i64.const 0)) (i32.const 2))
(assert_return (invoke $main "wait32" (i32.const 12) (i32.const 0) (i64.const -1)) (i32.const 1))

;; The last addresses in bounds, and the first out of bounds.
(assert_return (invoke $main "wait32" (i32.const 0xfffc) (i32.const 0) (i64.const 0)) (i32.const 2))
(assert_return (invoke $main "wait64" (i32.const 0xfff8) (i64.const 0) (i64.const 0)) (i32.const 2))
(assert_return (invoke $main "notify" (i32.const 0xfffc) (i32.const 1)) (i32.const 0))
(assert_trap (invoke $main "wait32" (i32.const 0x10000) (i32.const 0) (i64.const 0)) "out of bounds memory access")
(assert_trap (invoke $main "wait64" (i32.const 0x10000) (i64.const 0) (i64.const 0)) "out of bounds memory access")
(assert_trap (invoke $main "notify" (i32.const 0x10000) (i32.const 0)) "out of bounds memory access")
(assert_trap (invoke $main "wait32" (i32.const 2) (i32.const 0) (i64.const 0)) "unaligned atomic")
(assert_trap (invoke $main "wait64" (i32.const 4) (i64.const 0) (i64.const 0)) "unaligned atomic")
(assert_trap (invoke $main "notify" (i32.const 2) (i32.const 0)) "unaligned atomic")

(assert_return (invoke $main "stop"))
(wait $busy)

;; A wait on a memory that is not shared traps, whatever the value; notify wakes no thread.
(module $own
  (memory 1 1)
  (func (export "wait32") (param i32) (result i32)
    (memory.atomic.wait32 (i32.const 0) (local.get 0) (i64.const 0)))
  (func (export "wait64") (param i64) (result i32)
    (memory.atomic.wait64 (i32.const 0) (local.get 0) (i64.const 0)))
  (func (export "notify") (result i32) (memory.atomic.notify (i32.const 0) (i32.const 9))))
(assert_trap (invoke $own "wait32" (i32.const 0)) "expected shared memory")
(assert_trap (invoke $own "wait64" (i64.const 0)) "expected shared memory")
(assert_return (invoke $own "notify") (i32.const 0))
