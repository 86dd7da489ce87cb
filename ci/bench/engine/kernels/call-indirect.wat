;; Two functions in turn, through a table of `funcref`.
(module
  (type $t (func (param i32) (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $a $b)
  (func $a (type $t) (i32.add (local.get 0) (i32.const 3)))
  (func $b (type $t) (i32.xor (local.get 0) (i32.const 5)))
  (func (export "run") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s
        (call_indirect (type $t) (local.get $s) (i32.and (local.get $n) (i32.const 1))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
