;;! why = "notify wakes at most its count of waiting threads and returns the number; woken threads stay awake"

;; At 0: the value to wait for. At 8: the number of threads about to wait. At 16: those woken.
(module $mem (memory (export "shared") 1 1 shared))
(register "mem" $mem)

(module $main
  (memory (import "mem" "shared") 1 1 shared)
  (func (export "notify") (param i32) (result i32)
    (memory.atomic.notify (i32.const 0) (local.get 0)))
  ;; Notifies at most this many at a time until this many were woken in all; the number of the
  ;; notifies that woke more than they were told to is added, times 1000.
  (func (export "wake") (param $most i32) (param $all i32) (result i32)
    (local $now i32) (local $sum i32) (local $excess i32)
    (loop $again
      (local.set $now (memory.atomic.notify (i32.const 0) (local.get $most)))
      (local.set $sum (i32.add (local.get $sum) (local.get $now)))
      (local.set $excess (i32.add (local.get $excess)
        (i32.gt_u (local.get $now) (local.get $most))))
      (br_if $again (i32.lt_u (local.get $sum) (local.get $all))))
    (i32.add (local.get $sum) (i32.mul (local.get $excess) (i32.const 1000))))
  (func (export "all about to wait") (param i32)
    (loop $spin (br_if $spin (i32.lt_u (i32.atomic.load (i32.const 8)) (local.get 0)))))
  ;; Sleeps for 20 ms, in a wait that no thread notifies.
  (func (export "sleep") (result i32)
    (memory.atomic.wait32 (i32.const 1024) (i32.const 0) (i64.const 20_000_000)))
  (func (export "woken") (result i32) (i32.atomic.load (i32.const 16)))
  (func (export "until woken") (param i32)
    (loop $spin (br_if $spin (i32.lt_u (i32.atomic.load (i32.const 16)) (local.get 0))))))

(thread $a (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32) (local $how i32)
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (local.set $how (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
      (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))
      (local.get $how)))
  (assert_return (invoke "wait") (i32.const 0)))
(thread $b (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32) (local $how i32)
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (local.set $how (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const -1)))
      (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))
      (local.get $how)))
  (assert_return (invoke "wait") (i32.const 0)))
(thread $c (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32) (local $how i32)
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (local.set $how (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
      (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))
      (local.get $how)))
  (assert_return (invoke "wait") (i32.const 0)))
(thread $d (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32) (local $how i32)
      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
      (local.set $how
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 60_000_000_000)))
      (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))
      (local.get $how)))
  (assert_return (invoke "wait") (i32.const 0)))

(assert_return (invoke $main "all about to wait" (i32.const 4)))
;; None of four threads.
(assert_return (invoke $main "notify" (i32.const 0)) (i32.const 0))
(assert_return (invoke $main "sleep") (i32.const 2))
(assert_return (invoke $main "woken") (i32.const 0))
;; One of four, and only one.
(assert_return (invoke $main "wake" (i32.const 1) (i32.const 1)) (i32.const 1))
(assert_return (invoke $main "until woken" (i32.const 1)))
(assert_return (invoke $main "sleep") (i32.const 2))
(assert_return (invoke $main "woken") (i32.const 1))
;; Two of three, one at a time.
(assert_return (invoke $main "wake" (i32.const 1) (i32.const 2)) (i32.const 2))
(assert_return (invoke $main "until woken" (i32.const 3)))
(assert_return (invoke $main "sleep") (i32.const 2))
(assert_return (invoke $main "woken") (i32.const 3))
;; The last one; the count may exceed the number of waiting threads.
(assert_return (invoke $main "wake" (i32.const -1) (i32.const 1)) (i32.const 1))
(wait $a)
(wait $b)
(wait $c)
(wait $d)
(assert_return (invoke $main "woken") (i32.const 4))
(assert_return (invoke $main "notify" (i32.const -1)) (i32.const 0))
