;; Two functions that call each other in tail position.
(module
  (func $even (param $n i32) (param $s i32) (result i32)
    (if (result i32) (local.get $n)
      (then (return_call $odd (i32.sub (local.get $n) (i32.const 1))
        (i32.add (local.get $s) (local.get $n))))
      (else (local.get $s))))
  (func $odd (param $n i32) (param $s i32) (result i32)
    (if (result i32) (local.get $n)
      (then (return_call $even (i32.sub (local.get $n) (i32.const 1))
        (i32.xor (local.get $s) (local.get $n))))
      (else (local.get $s))))
  (func (export "run") (param $n i32) (result i32)
    (call $even (local.get $n) (i32.const 0))))
