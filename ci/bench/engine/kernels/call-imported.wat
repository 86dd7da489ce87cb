;; A function of another instance.
(module
  (import "provider" "callee" (func $callee (param i32) (result i32)))
  (func (export "run") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (call $callee (local.get $s)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
