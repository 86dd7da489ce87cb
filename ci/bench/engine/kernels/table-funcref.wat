;; Moves references around in a table of `funcref`.
(module
  (table $table 16 16 funcref)
  (elem (i32.const 0) $f)
  (func $f)
  (func (export "run") (param $n i32) (result i32) (local $at i32)
    (loop $l
      (local.set $at (i32.and (local.get $n) (i32.const 7)))
      (table.set $table (i32.add (local.get $at) (i32.const 8))
        (table.get $table (local.get $at)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (ref.is_null (table.get $table (i32.const 9)))))
