;; A stack pointer as compilers for C use it: every call moves it down and back, and reads a
;; constant. Recursive, so that no engine inlines it.
(module
  (memory 1)
  (global $sp (mut i32) (i32.const 65536))
  (global $base i32 (i32.const 1024))
  (func $f (param $n i32) (result i32) (local $frame i32) (local $s i32)
    (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 16))))
    (i32.store (local.get $frame) (i32.add (local.get $n) (global.get $base)))
    (if (local.get $n)
      (then (local.set $s (call $f (i32.sub (local.get $n) (i32.const 1))))))
    (local.set $s (i32.add (local.get $s) (i32.load (local.get $frame))))
    (global.set $sp (i32.add (local.get $frame) (i32.const 16)))
    (local.get $s))
  (func (export "run") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (call $f (i32.const 4))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
