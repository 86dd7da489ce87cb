;; A small function of the same module. Recursive, so that no engine inlines it.
(module
  (func $f (param $n i32) (param $x i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call $f (i32.sub (local.get $n) (i32.const 1)) (i32.add (local.get $x) (local.get $n))))
      (else (local.get $x))))
  (func (export "run") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (i32.add (local.get $s) (call $f (i32.const 4) (local.get $s))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
