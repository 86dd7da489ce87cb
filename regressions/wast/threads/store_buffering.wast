;;! why = "atomic accesses are sequentially consistent: if two threads each store and then load the other's place, at least one must see the other's store"

;; 16384 places of 4 bytes on page 0 for the first thread's stores, on page 1 for the second's. In
;; every pass each thread stores the number of the pass in its place and loads the other's; on
;; pages 2 and 3 a bit for each pass in which it did not see the other's store. Page 4: the
;; threads that are ready, and each one's progress, so that both run in parallel on two processors.
(module $mem (memory (export "shared") 5 5 shared))

(thread $first (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func $round (param $place i32) (param $pass i32) (local $patience i32)
      (i32.atomic.store (i32.const 0x40100)
        (i32.or (i32.shl (local.get $pass) (i32.const 16)) (local.get $place)))
      ;; Wait for the other, but not for ever: with one processor it cannot come.
      (local.set $patience (i32.const 200))
      (loop $spin
        (local.set $patience (i32.sub (local.get $patience) (i32.const 1)))
        (br_if $spin (i32.and
          (i32.lt_u
            (i32.atomic.load (i32.const 0x40200))
            (i32.or (i32.shl (local.get $pass) (i32.const 16)) (local.get $place)))
          (i32.ne (local.get $patience) (i32.const 0)))))
      (i32.atomic.store (local.get $place) (local.get $pass))
      (if (i32.lt_u (i32.atomic.load offset=0x10000 (local.get $place)) (local.get $pass))
        (then (i32.store offset=0x20000 (local.get $place)
          (i32.or
            (i32.load offset=0x20000 (local.get $place))
            (i32.shl (i32.const 1) (local.get $pass)))))))
    (func (export "run") (local $place i32) (local $pass i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 2))))
      (local.set $pass (i32.const 1))
      (loop $again
        (local.set $place (i32.const 0))
        (loop $next
          (call $round (local.get $place) (local.get $pass))
          (local.set $place (i32.add (local.get $place) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $place) (i32.const 0x10000))))
        (local.set $pass (i32.add (local.get $pass) (i32.const 1)))
        (br_if $again (i32.le_u (local.get $pass) (i32.const 24))))))
  (assert_return (invoke "run")))

(thread $second (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func $round (param $place i32) (param $pass i32) (local $patience i32)
      (i32.atomic.store (i32.const 0x40200)
        (i32.or (i32.shl (local.get $pass) (i32.const 16)) (local.get $place)))
      ;; Wait for the other, but not for ever: with one processor it cannot come.
      (local.set $patience (i32.const 200))
      (loop $spin
        (local.set $patience (i32.sub (local.get $patience) (i32.const 1)))
        (br_if $spin (i32.and
          (i32.lt_u
            (i32.atomic.load (i32.const 0x40100))
            (i32.or (i32.shl (local.get $pass) (i32.const 16)) (local.get $place)))
          (i32.ne (local.get $patience) (i32.const 0)))))
      (i32.atomic.store offset=0x10000 (local.get $place) (local.get $pass))
      (if (i32.lt_u (i32.atomic.load (local.get $place)) (local.get $pass))
        (then (i32.store offset=0x30000 (local.get $place)
          (i32.or
            (i32.load offset=0x30000 (local.get $place))
            (i32.shl (i32.const 1) (local.get $pass)))))))
    (func (export "run") (local $place i32) (local $pass i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 2))))
      (local.set $pass (i32.const 1))
      (loop $again
        (local.set $place (i32.const 0))
        (loop $next
          (call $round (local.get $place) (local.get $pass))
          (local.set $place (i32.add (local.get $place) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $place) (i32.const 0x10000))))
        (local.set $pass (i32.add (local.get $pass) (i32.const 1)))
        (br_if $again (i32.le_u (local.get $pass) (i32.const 24))))))
  (assert_return (invoke "run")))

(wait $first)
(wait $second)

(register "mem" $mem)
(module $check
  (memory (import "mem" "shared") 5 5 shared)
  ;; Places with a pass in which neither saw the other.
  (func (export "neither") (result i32) (local $place i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count)
        (i32.ne (i32.const 0) (i32.and
          (i32.load offset=0x20000 (local.get $place))
          (i32.load offset=0x30000 (local.get $place))))))
      (local.set $place (i32.add (local.get $place) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $place) (i32.const 0x10000))))
    (local.get $count))
  (func (export "last") (param i32) (result i32) (i32.load (local.get 0))))
(assert_return (invoke $check "last" (i32.const 0xfffc)) (i32.const 24))
(assert_return (invoke $check "last" (i32.const 0x1fffc)) (i32.const 24))
(assert_return (invoke $check "neither") (i32.const 0))
