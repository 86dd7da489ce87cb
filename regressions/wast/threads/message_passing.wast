;;! why = "a thread that sees an atomic store must also see all writes before that store, at every width"

(module $mem (memory (export "shared") 4 4 shared))

;; Pages 0 to 2 hold slots of 16 bytes: a flag of 4 bytes, data of up to 8. Page 3: ready threads.
(thread $writer (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 4 4 shared)
    (func $meet
      (drop (i32.atomic.rmw.add (i32.const 0x30000) (i32.const 1)))
      (loop $wait (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 0x30000)) (i32.const 2)))))
    (func (export "run") (local $slot i32)
      (call $meet)
      (loop $next
        ;; Plain stores of all widths in turn; then the flag.
        (block $done (block $b8 (block $b4 (block $b2 (block $b1
          (br_table $b1 $b2 $b4 $b8 (i32.and (i32.shr_u (local.get $slot) (i32.const 4)) (i32.const 3))))
          (i32.store8 offset=8 (local.get $slot) (i32.const 0xa5)) (br $done))
          (i32.store16 offset=8 (local.get $slot) (i32.const 0xa5a5)) (br $done))
          (i32.store offset=8 (local.get $slot) (local.get $slot)) (br $done))
          (i64.store offset=8 (local.get $slot) (i64.extend_i32_u (local.get $slot))))
        (i32.atomic.store (local.get $slot) (i32.const 1))
        (local.set $slot (i32.add (local.get $slot) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $slot) (i32.const 0x30000))))))
  (assert_return (invoke "run")))

(thread $reader (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 4 4 shared)
    (func $meet
      (drop (i32.atomic.rmw.add (i32.const 0x30000) (i32.const 1)))
      (loop $wait (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 0x30000)) (i32.const 2)))))
    ;; The number of slots with their flag set, but without their data.
    (func (export "run") (result i32) (local $slot i32) (local $missing i32) (local $ok i32)
      (call $meet)
      (loop $next
        (loop $spin (br_if $spin (i32.eqz (i32.atomic.load (local.get $slot)))))
        (block $done (block $b8 (block $b4 (block $b2 (block $b1
          (br_table $b1 $b2 $b4 $b8 (i32.and (i32.shr_u (local.get $slot) (i32.const 4)) (i32.const 3))))
          (local.set $ok (i32.eq (i32.load8_u offset=8 (local.get $slot)) (i32.const 0xa5))) (br $done))
          (local.set $ok (i32.eq (i32.load16_u offset=8 (local.get $slot)) (i32.const 0xa5a5))) (br $done))
          (local.set $ok (i32.eq (i32.load offset=8 (local.get $slot)) (local.get $slot))) (br $done))
          (local.set $ok
            (i64.eq (i64.load offset=8 (local.get $slot)) (i64.extend_i32_u (local.get $slot)))))
        (local.set $missing (i32.add (local.get $missing) (i32.eqz (local.get $ok))))
        (local.set $slot (i32.add (local.get $slot) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $slot) (i32.const 0x30000))))
      (local.get $missing)))
  (assert_return (invoke "run") (i32.const 0)))

(wait $writer)
(wait $reader)

;; Two counters, written one after the other: the second must never be seen ahead of the first.
(module $counters (memory (export "shared") 1 1 shared))
(thread $up (shared (module $counters))
  (register "mem" $counters)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (local $n i64)
      (i32.atomic.store (i32.const 64) (i32.const 1))
      (loop $next
        (local.set $n (i64.add (local.get $n) (i64.const 1)))
        (i64.atomic.store (i32.const 0) (local.get $n))
        (i64.atomic.store (i32.const 1024) (local.get $n))
        (br_if $next (i64.lt_u (local.get $n) (i64.const 200_000))))))
  (assert_return (invoke "run")))
(thread $watch (shared (module $counters))
  (register "mem" $counters)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "run") (result i32)
      (local $first i64) (local $second i64) (local $wrong i32)
      (loop $start (br_if $start (i32.eqz (i32.atomic.load (i32.const 64)))))
      (loop $next
        (local.set $second (i64.atomic.load (i32.const 1024)))
        (local.set $first (i64.atomic.load (i32.const 0)))
        (local.set $wrong (i32.add (local.get $wrong)
          (i64.lt_u (local.get $first) (local.get $second))))
        (br_if $next (i64.lt_u (local.get $second) (i64.const 200_000))))
      (local.get $wrong)))
  (assert_return (invoke "run") (i32.const 0)))
(wait $up)
(wait $watch)
