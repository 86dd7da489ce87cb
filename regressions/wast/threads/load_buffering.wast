;;! why = "two threads that each load and then store the other's place must not both see what the other stores later; nor may two readers see two writes in different orders"

;; Rounds of 16 bytes: x, y, the first thread's value of x, the second thread's value of y. Page 4:
;; the threads that are ready.
(module $mem (memory (export "shared") 5 5 shared))

(thread $first (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 2))))
      (loop $next
        (i32.store offset=8 (local.get $round) (i32.atomic.load (local.get $round)))
        (i32.atomic.store offset=4 (local.get $round) (i32.const 1))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))

(thread $second (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 2))))
      (loop $next
        (i32.store offset=12 (local.get $round) (i32.atomic.load offset=4 (local.get $round)))
        (i32.atomic.store (local.get $round) (i32.const 1))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))

(wait $first)
(wait $second)

(register "mem" $mem)
(module $check
  (memory (import "mem" "shared") 5 5 shared)
  (func (export "both") (result i32) (local $round i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count)
        (i64.eq (i64.load offset=8 (local.get $round)) (i64.const 0x1_0000_0001))))
      (local.set $round (i32.add (local.get $round) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))
    (local.get $count)))
(assert_return (invoke $check "both") (i32.const 0))

;; Independent reads of independent writes. Rounds of 16 bytes: x, y, and a byte for each reader:
;; 1 if it saw x and then not y, or for the other reader y and then not x.
(module $four (memory (export "shared") 5 5 shared))
(thread $write_x (shared (module $four))
  (register "mem" $four)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 4))))
      (loop $next
        (i32.atomic.store (local.get $round) (i32.const 1))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))
(thread $write_y (shared (module $four))
  (register "mem" $four)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 4))))
      (loop $next
        (i32.atomic.store offset=4 (local.get $round) (i32.const 1))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))
(thread $read_xy (shared (module $four))
  (register "mem" $four)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32) (local $x i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 4))))
      (loop $next
        (local.set $x (i32.atomic.load (local.get $round)))
        (i32.store8 offset=8 (local.get $round)
          (i32.gt_u (local.get $x) (i32.atomic.load offset=4 (local.get $round))))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))
(thread $read_yx (shared (module $four))
  (register "mem" $four)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32) (local $y i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 4))))
      (loop $next
        (local.set $y (i32.atomic.load offset=4 (local.get $round)))
        (i32.store8 offset=9 (local.get $round)
          (i32.gt_u (local.get $y) (i32.atomic.load (local.get $round))))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))
(wait $write_x)
(wait $write_y)
(wait $read_xy)
(wait $read_yx)
(register "four" $four)
(module $orders
  (memory (import "four" "shared") 5 5 shared)
  (func (export "disagree") (result i32) (local $round i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count)
        (i32.eq (i32.load16_u offset=8 (local.get $round)) (i32.const 0x0101))))
      (local.set $round (i32.add (local.get $round) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))
    (local.get $count)))
(assert_return (invoke $orders "disagree") (i32.const 0))
