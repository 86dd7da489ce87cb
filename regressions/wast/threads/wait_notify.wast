;;! why = "a waiting thread is woken by a notify of its address from another thread, and by nothing else"

(module $mem (memory (export "shared") 1 1 shared))
(register "mem" $mem)

(module $main
  (memory (import "mem" "shared") 1 1 shared)
  ;; Notifies until a thread has been woken; returns the number.
  (func (export "wake") (param $at i32) (param $most i32) (result i32) (local $woken i32)
    (loop $again
      (local.set $woken (memory.atomic.notify (local.get $at) (local.get $most)))
      (br_if $again (i32.eqz (local.get $woken))))
    (local.get $woken))
  (func (export "notify") (param i32 i32) (result i32)
    (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1))))

;; No thread waits yet.
(assert_return (invoke $main "notify" (i32.const 0) (i32.const -1)) (i32.const 0))

;; 32 bits, without a timeout.
(thread $wait32 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (assert_return (invoke "wait") (i32.const 0)))
(assert_return (invoke $main "wake" (i32.const 0) (i32.const 1)) (i32.const 1))
(wait $wait32)

;; 64 bits, with a timeout of a minute that must not expire.
(thread $wait64 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32)
      (memory.atomic.wait64 offset=8 (i32.const 8) (i64.const 0) (i64.const 60_000_000_000))))
  (assert_return (invoke "wait") (i32.const 0)))
(assert_return (invoke $main "wake" (i32.const 16) (i32.const 1)) (i32.const 1))
(wait $wait64)

;; The same notify wakes a 64-bit wait and a 32-bit wait: only the address counts, not the width of
;; the wait.
(thread $either (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait32") (result i32)
      (memory.atomic.wait32 (i32.const 24) (i32.const 0) (i64.const -1)))
    (func (export "wait64") (result i32)
      (memory.atomic.wait64 (i32.const 24) (i64.const 0) (i64.const -1))))
  (assert_return (invoke "wait64") (i32.const 0))
  (assert_return (invoke "wait32") (i32.const 0)))
(assert_return (invoke $main "wake" (i32.const 24) (i32.const -1)) (i32.const 1))
(assert_return (invoke $main "wake" (i32.const 24) (i32.const -1)) (i32.const 1))
(wait $either)

;; Neighbouring addresses are different: the thread sets a flag at 40 before it waits at 32, and
;; only its timeout wakes it, although 28 and 36 are notified repeatedly.
(thread $elsewhere (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32)
      (i32.atomic.store (i32.const 40) (i32.const 1))
      (memory.atomic.wait32 (i32.const 32) (i32.const 0) (i64.const 20_000_000)))
    (func (export "done") (i32.atomic.store (i32.const 40) (i32.const 2))))
  (assert_return (invoke "wait") (i32.const 2))
  (assert_return (invoke "done")))
(module $pest
  (memory (import "mem" "shared") 1 1 shared)
  (func (export "pester") (result i32) (local $woken i32)
    (loop $again
      (local.set $woken (i32.add (local.get $woken)
        (i32.add
          (memory.atomic.notify (i32.const 28) (i32.const -1))
          (memory.atomic.notify (i32.const 36) (i32.const -1)))))
      (br_if $again (i32.ne (i32.atomic.load (i32.const 40)) (i32.const 2))))
    (local.get $woken)))
(assert_return (invoke $pest "pester") (i32.const 0))
(wait $elsewhere)

;; A wait sees a value that changed before it, whichever thread changed it.
(assert_return (invoke $main "store" (i32.const 48) (i32.const 5)))
(thread $changed (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (param i32) (result i32)
      (memory.atomic.wait32 (i32.const 48) (local.get 0) (i64.const 0))))
  (assert_return (invoke "wait" (i32.const 0)) (i32.const 1))
  (assert_return (invoke "wait" (i32.const 5)) (i32.const 2)))
(wait $changed)

;; Ping-pong: each waits for the other a thousand times, and no wake-up is lost.
(thread $ping (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32) (local $n i32) (local $seen i32)
      (loop $next
        (loop $until_even
          (local.set $seen (i32.atomic.load (i32.const 64)))
          (if (i32.and (local.get $seen) (i32.const 1))
            (then
              (drop (memory.atomic.wait32 (i32.const 64) (local.get $seen) (i64.const -1)))
              (br $until_even))))
        (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 64) (i32.const 1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $n) (i32.const 1000))))
      (local.get $n)))
  (assert_return (invoke "run") (i32.const 1000)))
(thread $pong (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32) (local $n i32) (local $seen i32)
      (loop $next
        (loop $until_odd
          (local.set $seen (i32.atomic.load (i32.const 64)))
          (if (i32.eqz (i32.and (local.get $seen) (i32.const 1)))
            (then
              (drop (memory.atomic.wait32 (i32.const 64) (local.get $seen) (i64.const -1)))
              (br $until_odd))))
        (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 64) (i32.const 1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $n) (i32.const 1000))))
      (local.get $n)))
  (assert_return (invoke "run") (i32.const 1000)))
(wait $ping)
(wait $pong)
(assert_return (invoke $main "load" (i32.const 64)) (i32.const 2000))
