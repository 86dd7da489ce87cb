;;! why = "atomic accesses are sequentially consistent: of two threads that each store and then load the other's place, one at least must see the other's store"

;; Rounds of 16 bytes: x, y, what the first thread saw of y, what the second saw of x. Page 4: who
;; is ready.
(module $mem (memory (export "shared") 5 5 shared))

(thread $first (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 5 5 shared)
    (func (export "run") (local $round i32)
      (drop (i32.atomic.rmw.add (i32.const 0x40000) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0x40000)) (i32.const 2))))
      (loop $next
        (i32.atomic.store (local.get $round) (i32.const 1))
        (i32.store offset=8 (local.get $round) (i32.atomic.load offset=4 (local.get $round)))
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
        (i32.atomic.store offset=4 (local.get $round) (i32.const 1))
        (i32.store offset=12 (local.get $round) (i32.atomic.load (local.get $round)))
        (local.set $round (i32.add (local.get $round) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))))
  (assert_return (invoke "run")))

(wait $first)
(wait $second)

(register "mem" $mem)
(module $check
  (memory (import "mem" "shared") 5 5 shared)
  ;; Rounds in which neither saw the other.
  (func (export "neither") (result i32) (local $round i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count)
        (i64.eqz (i64.load offset=8 (local.get $round)))))
      (local.set $round (i32.add (local.get $round) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $round) (i32.const 0x40000))))
    (local.get $count))
  (func (export "ran") (result i32)
    (i32.add (i32.load (i32.const 0x3fff0)) (i32.load (i32.const 0x3fff4)))))
(assert_return (invoke $check "ran") (i32.const 2))
(assert_return (invoke $check "neither") (i32.const 0))
