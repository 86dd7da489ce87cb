;; Adds up an array of words and writes the sums back.
(module
  (memory 1)
  (func (export "run") (param $n i32) (result i32) (local $at i32) (local $s i32)
    (loop $l
      (local.set $at (i32.and (i32.shl (local.get $n) (i32.const 2)) (i32.const 0x7ffc)))
      (local.set $s
        (i32.add (i32.load (local.get $at)) (i32.load offset=4 (local.get $at))))
      (i32.store offset=8 (local.get $at) (i32.add (local.get $s) (local.get $n)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
