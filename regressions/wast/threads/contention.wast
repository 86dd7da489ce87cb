;;! why = "read-modify-write operators of every kind and width lose nothing when four threads use them on the same and on neighbouring bytes"

;; At 0 and 4: the threads that are ready. From 64: one place for each operator. At 256: a lock, and
;; at 264 the data that it guards, with plain accesses. At 512: neighbouring bytes, one per thread.
(module $mem
  (memory (export "shared") 1 1 shared)
  (data (i32.const 100) "\ff\ff\ff\ff"))
(register "mem" $mem)

(thread $t0 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $lock
      (loop $spin
        (br_if $spin (i32.atomic.rmw.cmpxchg (i32.const 256) (i32.const 0) (i32.const 1)))))
    (func $unlock (i32.atomic.store (i32.const 256) (i32.const 0)))
    (func $step (local $old i32) (local $wide i64)
      (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 3)))
      (drop (i64.atomic.rmw.add (i32.const 72) (i64.const 0x1_0000_0001)))
      (drop (i32.atomic.rmw8.add_u (i32.const 81) (i32.const 1)))
      (drop (i32.atomic.rmw16.add_u (i32.const 82) (i32.const 1)))
      (drop (i64.atomic.rmw32.sub_u (i32.const 84) (i64.const 1)))
      (drop (i32.atomic.rmw.sub (i32.const 88) (i32.const 5)))
      (drop (i32.atomic.rmw.xor (i32.const 92) (i32.const 0x1)))
      (drop (i32.atomic.rmw.or (i32.const 96) (i32.const 0x1)))
      (drop (i32.atomic.rmw.and (i32.const 100) (i32.const 0xfffffffe)))
      ;; compare and exchange, until it succeeds
      (loop $retry
        (local.set $old (i32.atomic.load (i32.const 104)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw.cmpxchg
            (i32.const 104) (local.get $old) (i32.add (local.get $old) (i32.const 1))))))
      (loop $retry
        (local.set $wide (i64.atomic.load (i32.const 112)))
        (br_if $retry (i64.ne (local.get $wide)
          (i64.atomic.rmw.cmpxchg
            (i32.const 112) (local.get $wide) (i64.add (local.get $wide) (i64.const 1))))))
      (loop $retry
        (local.set $old (i32.atomic.load8_u (i32.const 121)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw8.cmpxchg_u
            (i32.const 121) (local.get $old)
            (i32.and (i32.add (local.get $old) (i32.const 1)) (i32.const 0xff))))))
      ;; a token that the threads pass on: each exchange puts one in and takes one out
      (i32.store offset=0 (i32.const 1024)
        (i32.add (i32.load offset=0 (i32.const 1024))
          (i32.atomic.rmw.xchg (i32.const 124) (i32.const 1))))
      ;; plain and atomic stores to a thread's own byte do not change its neighbour's
      (i32.store8 offset=0 (i32.const 512)
        (i32.add (i32.load8_u offset=0 (i32.const 512)) (i32.const 1)))
      (i32.atomic.store8 offset=0 (i32.const 520)
        (i32.add (i32.atomic.load8_u offset=0 (i32.const 520)) (i32.const 1))))
    (func (export "run") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 4))))
      (loop $next
        (call $step)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times))))
    ;; Plain accesses under a lock.
    (func (export "locked") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 4)) (i32.const 4))))
      (loop $next
        (call $lock)
        (i64.store (i32.const 264) (i64.add (i64.load (i32.const 264)) (i64.const 1)))
        (call $unlock)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times)))))
  (assert_return (invoke "run" (i32.const 100_000)))
  (assert_return (invoke "locked" (i32.const 50_000))))

(thread $t1 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $lock
      (loop $spin
        (br_if $spin (i32.atomic.rmw.cmpxchg (i32.const 256) (i32.const 0) (i32.const 1)))))
    (func $unlock (i32.atomic.store (i32.const 256) (i32.const 0)))
    (func $step (local $old i32) (local $wide i64)
      (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 3)))
      (drop (i64.atomic.rmw.add (i32.const 72) (i64.const 0x1_0000_0001)))
      (drop (i32.atomic.rmw8.add_u (i32.const 81) (i32.const 1)))
      (drop (i32.atomic.rmw16.add_u (i32.const 82) (i32.const 1)))
      (drop (i64.atomic.rmw32.sub_u (i32.const 84) (i64.const 1)))
      (drop (i32.atomic.rmw.sub (i32.const 88) (i32.const 5)))
      (drop (i32.atomic.rmw.xor (i32.const 92) (i32.const 0x20)))
      (drop (i32.atomic.rmw.or (i32.const 96) (i32.const 0x20)))
      (drop (i32.atomic.rmw.and (i32.const 100) (i32.const 0xffffffdf)))
      ;; compare and exchange, until it succeeds
      (loop $retry
        (local.set $old (i32.atomic.load (i32.const 104)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw.cmpxchg
            (i32.const 104) (local.get $old) (i32.add (local.get $old) (i32.const 1))))))
      (loop $retry
        (local.set $wide (i64.atomic.load (i32.const 112)))
        (br_if $retry (i64.ne (local.get $wide)
          (i64.atomic.rmw.cmpxchg
            (i32.const 112) (local.get $wide) (i64.add (local.get $wide) (i64.const 1))))))
      (loop $retry
        (local.set $old (i32.atomic.load8_u (i32.const 121)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw8.cmpxchg_u
            (i32.const 121) (local.get $old)
            (i32.and (i32.add (local.get $old) (i32.const 1)) (i32.const 0xff))))))
      ;; a token that the threads pass on: each exchange puts one in and takes one out
      (i32.store offset=64 (i32.const 1024)
        (i32.add (i32.load offset=64 (i32.const 1024))
          (i32.atomic.rmw.xchg (i32.const 124) (i32.const 1))))
      ;; plain and atomic stores to a thread's own byte do not change its neighbour's
      (i32.store8 offset=1 (i32.const 512)
        (i32.add (i32.load8_u offset=1 (i32.const 512)) (i32.const 1)))
      (i32.atomic.store8 offset=1 (i32.const 520)
        (i32.add (i32.atomic.load8_u offset=1 (i32.const 520)) (i32.const 1))))
    (func (export "run") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 4))))
      (loop $next
        (call $step)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times))))
    ;; Plain accesses under a lock.
    (func (export "locked") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 4)) (i32.const 4))))
      (loop $next
        (call $lock)
        (i64.store (i32.const 264) (i64.add (i64.load (i32.const 264)) (i64.const 1)))
        (call $unlock)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times)))))
  (assert_return (invoke "run" (i32.const 100_000)))
  (assert_return (invoke "locked" (i32.const 50_000))))

(thread $t2 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $lock
      (loop $spin
        (br_if $spin (i32.atomic.rmw.cmpxchg (i32.const 256) (i32.const 0) (i32.const 1)))))
    (func $unlock (i32.atomic.store (i32.const 256) (i32.const 0)))
    (func $step (local $old i32) (local $wide i64)
      (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 3)))
      (drop (i64.atomic.rmw.add (i32.const 72) (i64.const 0x1_0000_0001)))
      (drop (i32.atomic.rmw8.add_u (i32.const 81) (i32.const 1)))
      (drop (i32.atomic.rmw16.add_u (i32.const 82) (i32.const 1)))
      (drop (i64.atomic.rmw32.sub_u (i32.const 84) (i64.const 1)))
      (drop (i32.atomic.rmw.sub (i32.const 88) (i32.const 5)))
      (drop (i32.atomic.rmw.xor (i32.const 92) (i32.const 0x400)))
      (drop (i32.atomic.rmw.or (i32.const 96) (i32.const 0x400)))
      (drop (i32.atomic.rmw.and (i32.const 100) (i32.const 0xfffffbff)))
      ;; compare and exchange, until it succeeds
      (loop $retry
        (local.set $old (i32.atomic.load (i32.const 104)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw.cmpxchg
            (i32.const 104) (local.get $old) (i32.add (local.get $old) (i32.const 1))))))
      (loop $retry
        (local.set $wide (i64.atomic.load (i32.const 112)))
        (br_if $retry (i64.ne (local.get $wide)
          (i64.atomic.rmw.cmpxchg
            (i32.const 112) (local.get $wide) (i64.add (local.get $wide) (i64.const 1))))))
      (loop $retry
        (local.set $old (i32.atomic.load8_u (i32.const 121)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw8.cmpxchg_u
            (i32.const 121) (local.get $old)
            (i32.and (i32.add (local.get $old) (i32.const 1)) (i32.const 0xff))))))
      ;; a token that the threads pass on: each exchange puts one in and takes one out
      (i32.store offset=128 (i32.const 1024)
        (i32.add (i32.load offset=128 (i32.const 1024))
          (i32.atomic.rmw.xchg (i32.const 124) (i32.const 1))))
      ;; plain and atomic stores to a thread's own byte do not change its neighbour's
      (i32.store8 offset=2 (i32.const 512)
        (i32.add (i32.load8_u offset=2 (i32.const 512)) (i32.const 1)))
      (i32.atomic.store8 offset=2 (i32.const 520)
        (i32.add (i32.atomic.load8_u offset=2 (i32.const 520)) (i32.const 1))))
    (func (export "run") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 4))))
      (loop $next
        (call $step)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times))))
    ;; Plain accesses under a lock.
    (func (export "locked") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 4)) (i32.const 4))))
      (loop $next
        (call $lock)
        (i64.store (i32.const 264) (i64.add (i64.load (i32.const 264)) (i64.const 1)))
        (call $unlock)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times)))))
  (assert_return (invoke "run" (i32.const 100_000)))
  (assert_return (invoke "locked" (i32.const 50_000))))

(thread $t3 (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func $lock
      (loop $spin
        (br_if $spin (i32.atomic.rmw.cmpxchg (i32.const 256) (i32.const 0) (i32.const 1)))))
    (func $unlock (i32.atomic.store (i32.const 256) (i32.const 0)))
    (func $step (local $old i32) (local $wide i64)
      (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 3)))
      (drop (i64.atomic.rmw.add (i32.const 72) (i64.const 0x1_0000_0001)))
      (drop (i32.atomic.rmw8.add_u (i32.const 81) (i32.const 1)))
      (drop (i32.atomic.rmw16.add_u (i32.const 82) (i32.const 1)))
      (drop (i64.atomic.rmw32.sub_u (i32.const 84) (i64.const 1)))
      (drop (i32.atomic.rmw.sub (i32.const 88) (i32.const 5)))
      (drop (i32.atomic.rmw.xor (i32.const 92) (i32.const 0x8000)))
      (drop (i32.atomic.rmw.or (i32.const 96) (i32.const 0x8000)))
      (drop (i32.atomic.rmw.and (i32.const 100) (i32.const 0xffff7fff)))
      ;; compare and exchange, until it succeeds
      (loop $retry
        (local.set $old (i32.atomic.load (i32.const 104)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw.cmpxchg
            (i32.const 104) (local.get $old) (i32.add (local.get $old) (i32.const 1))))))
      (loop $retry
        (local.set $wide (i64.atomic.load (i32.const 112)))
        (br_if $retry (i64.ne (local.get $wide)
          (i64.atomic.rmw.cmpxchg
            (i32.const 112) (local.get $wide) (i64.add (local.get $wide) (i64.const 1))))))
      (loop $retry
        (local.set $old (i32.atomic.load8_u (i32.const 121)))
        (br_if $retry (i32.ne (local.get $old)
          (i32.atomic.rmw8.cmpxchg_u
            (i32.const 121) (local.get $old)
            (i32.and (i32.add (local.get $old) (i32.const 1)) (i32.const 0xff))))))
      ;; a token that the threads pass on: each exchange puts one in and takes one out
      (i32.store offset=192 (i32.const 1024)
        (i32.add (i32.load offset=192 (i32.const 1024))
          (i32.atomic.rmw.xchg (i32.const 124) (i32.const 1))))
      ;; plain and atomic stores to a thread's own byte do not change its neighbour's
      (i32.store8 offset=3 (i32.const 512)
        (i32.add (i32.load8_u offset=3 (i32.const 512)) (i32.const 1)))
      (i32.atomic.store8 offset=3 (i32.const 520)
        (i32.add (i32.atomic.load8_u offset=3 (i32.const 520)) (i32.const 1))))
    (func (export "run") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 4))))
      (loop $next
        (call $step)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times))))
    ;; Plain accesses under a lock.
    (func (export "locked") (param $times i32)
      (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 4)) (i32.const 4))))
      (loop $next
        (call $lock)
        (i64.store (i32.const 264) (i64.add (i64.load (i32.const 264)) (i64.const 1)))
        (call $unlock)
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $next (local.get $times)))))
  (assert_return (invoke "run" (i32.const 100_000)))
  (assert_return (invoke "locked" (i32.const 50_000))))

(wait $t0)
(wait $t1)
(wait $t2)
(wait $t3)

(module $check
  (memory (import "mem" "shared") 1 1 shared)
  (func (export "i32") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "i64") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "i8") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "i16") (param i32) (result i32) (i32.load16_u (local.get 0)))
  ;; All tokens taken out, and the one still in: together as many as were put in.
  (func (export "tokens") (result i32)
    (i32.add (i32.load (i32.const 124))
      (i32.add
        (i32.add (i32.load (i32.const 1024)) (i32.load (i32.const 1088)))
        (i32.add (i32.load (i32.const 1152)) (i32.load (i32.const 1216)))))))
(assert_return (invoke $check "i32" (i32.const 64)) (i32.const 1_200_000))
(assert_return (invoke $check "i64" (i32.const 72)) (i64.const 0x61a8000061a80))
;; 400,000 modulo 256; the byte before is unchanged.
(assert_return (invoke $check "i8" (i32.const 80)) (i32.const 0))
(assert_return (invoke $check "i8" (i32.const 81)) (i32.const 0x80))
(assert_return (invoke $check "i16" (i32.const 82)) (i32.const 0x1a80))
(assert_return (invoke $check "i32" (i32.const 84)) (i32.const -400_000))
(assert_return (invoke $check "i32" (i32.const 88)) (i32.const -2_000_000))
(assert_return (invoke $check "i32" (i32.const 92)) (i32.const 0))
(assert_return (invoke $check "i32" (i32.const 96)) (i32.const 0x8421))
(assert_return (invoke $check "i32" (i32.const 100)) (i32.const 0xffff_7bde))
(assert_return (invoke $check "i32" (i32.const 104)) (i32.const 400_000))
(assert_return (invoke $check "i64" (i32.const 112)) (i64.const 400_000))
(assert_return (invoke $check "i32" (i32.const 120)) (i32.const 0x8000))
(assert_return (invoke $check "tokens") (i32.const 400_000))
(assert_return (invoke $check "i32" (i32.const 512)) (i32.const 0xa0a0_a0a0))
(assert_return (invoke $check "i32" (i32.const 520)) (i32.const 0xa0a0_a0a0))
(assert_return (invoke $check "i64" (i32.const 264)) (i64.const 200_000))
(assert_return (invoke $check "i32" (i32.const 256)) (i32.const 0))
