;; Follows pairs of 64-bit pointers.
(module
  (memory i64 1)
  (func (export "run") (param $n i32) (result i32) (local $at i64) (local $s i64)
    (loop $l
      (local.set $s (i64.add (local.get $s)
        (i64.add (i64.load (local.get $at)) (i64.load offset=8 (local.get $at)))))
      (local.set $at (i64.and (i64.add (local.get $at) (i64.const 24)) (i64.const 0x7ff8)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.wrap_i64 (i64.add (local.get $s) (local.get $at)))))
