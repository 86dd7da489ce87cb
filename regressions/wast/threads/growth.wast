;;! why = "growth of a shared memory by one thread is visible to all, and every page is added once"

(module $mem (memory (export "shared") 1 64 shared))
(register "mem" $mem)

;; At 0: the number of ready threads. At 8: pages added. At 16: a bit for every old size returned.
(thread $a (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 64 shared)
    (func (export "run") (local $old i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 3))))
      (loop $again
        (local.set $old (memory.grow (i32.const 1)))
        (if (i32.ne (local.get $old) (i32.const -1))
          (then
            (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
            (drop (i64.atomic.rmw.xor (i32.const 16)
              (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $old)))))
            ;; The thread that added the page can use it at once.
            (i32.atomic.store
              (i32.mul (local.get $old) (i32.const 0x10000)) (i32.add (local.get $old) (i32.const 100)))
            (br $again))))))
  (assert_return (invoke "run")))
(thread $b (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 64 shared)
    (func (export "run") (local $old i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 3))))
      (loop $again
        (local.set $old (memory.grow (i32.const 1)))
        (if (i32.ne (local.get $old) (i32.const -1))
          (then
            (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
            (drop (i64.atomic.rmw.xor (i32.const 16)
              (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $old)))))
            (i32.atomic.store
              (i32.mul (local.get $old) (i32.const 0x10000)) (i32.add (local.get $old) (i32.const 100)))
            (br $again))))))
  (assert_return (invoke "run")))
;; Sizes never shrink, and every byte below the size can be read.
(thread $watch (shared (module $mem))
  (register "mem" $mem)
  (module
    (memory (import "mem" "shared") 1 64 shared)
    (func (export "run") (result i32) (local $before i32) (local $now i32) (local $shrunk i32)
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $meet (br_if $meet (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 3))))
      (loop $again
        (local.set $now (memory.size))
        (local.set $shrunk
          (i32.add (local.get $shrunk) (i32.lt_u (local.get $now) (local.get $before))))
        (local.set $before (local.get $now))
        (drop (i32.atomic.load offset=0xfffc
          (i32.mul (i32.sub (local.get $now) (i32.const 1)) (i32.const 0x10000))))
        (br_if $again (i32.lt_u (local.get $now) (i32.const 64))))
      (local.get $shrunk)))
  (assert_return (invoke "run") (i32.const 0)))
(wait $a)
(wait $b)
(wait $watch)

(module $check
  (memory (import "mem" "shared") 1 64 shared)
  (func (export "size") (result i32) (memory.size))
  (func (export "gained") (result i32) (i32.atomic.load (i32.const 8)))
  (func (export "old sizes") (result i64) (i64.atomic.load (i32.const 16)))
  (func (export "page") (param i32) (result i32)
    (i32.atomic.load (i32.mul (local.get 0) (i32.const 0x10000))))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
(assert_return (invoke $check "size") (i32.const 64))
(assert_return (invoke $check "gained") (i32.const 63))
(assert_return (invoke $check "old sizes") (i64.const 0xffff_ffff_ffff_fffe))
(assert_return (invoke $check "page" (i32.const 1)) (i32.const 101))
(assert_return (invoke $check "page" (i32.const 63)) (i32.const 163))
(assert_return (invoke $check "grow" (i32.const 0)) (i32.const 64))
(assert_return (invoke $check "grow" (i32.const 1)) (i32.const -1))
