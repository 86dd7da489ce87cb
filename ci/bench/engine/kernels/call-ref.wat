;; A nullable reference that is loaded from a table of a concrete type.
(module
  (type $t (func (param i32) (result i32)))
  (table $table 2 2 (ref null $t))
  (elem (table $table) (i32.const 0) (ref null $t) (ref.func $a) (ref.func $b))
  (func $a (type $t) (i32.add (local.get 0) (i32.const 3)))
  (func $b (type $t) (i32.xor (local.get 0) (i32.const 5)))
  (func (export "run") (param $n i32) (result i32) (local $s i32)
    (local $f (ref null $t)) (local $g (ref null $t))
    (local.set $f (table.get $table (i32.const 0)))
    (local.set $g (table.get $table (i32.const 1)))
    (loop $l
      (local.set $s (call_ref $t (local.get $s) (local.get $f)))
      (local.set $s (call_ref $t (local.get $s) (local.get $g)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
