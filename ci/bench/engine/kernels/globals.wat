;; Three mutable globals in a loop.
(module
  (global $a (mut i32) (i32.const 1))
  (global $b (mut i32) (i32.const 2))
  (global $c (mut i64) (i64.const 3))
  (func (export "run") (param $n i32) (result i32)
    (global.set $a (i32.const 1))
    (global.set $b (i32.const 2))
    (global.set $c (i64.const 3))
    (loop $l
      (global.set $a (i32.add (global.get $a) (global.get $b)))
      (global.set $b (i32.xor (global.get $b) (local.get $n)))
      (global.set $c (i64.add (global.get $c) (i64.const 7)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (global.get $a) (i32.wrap_i64 (global.get $c)))))
