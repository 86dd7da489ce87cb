;;! why = "an optimizer moved loads through a reference in a table or a global before the test for null"

(module
  (type $t (func (result i32)))
  (func $one (type $t) (i32.const 1))
  (elem declare func $one)
  (table $table 4 (ref null $t))
  (table $any 4 funcref)
  (global $global (mut (ref null $t)) (ref.null $t))
  (global $fixed (ref null $t) (ref.null $t))

  (func (export "set") (global.set $global (ref.func $one))
    (table.set $table (i32.const 2) (ref.func $one))
    (table.set $any (i32.const 2) (ref.func $one)))

  ;; The element is read before the loop, so it is fixed there.
  (func (export "table.get") (param $n i32) (param $i i32) (result i32)
    (local $s i32) (local $r (ref null $t))
    (local.set $r (table.get $table (local.get $i)))
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (local.set $s (i32.add (local.get $s) (call_ref $t (local.get $r))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "table.get in the loop") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (loop $l
      (if (i32.eqz (ref.is_null (table.get $table (local.get $i))))
        (then
          (local.set $s (i32.add (local.get $s) (call_ref $t (table.get $table (local.get $i)))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "global.get") (param $n i32) (result i32)
    (local $s i32) (local $r (ref null $t))
    (local.set $r (global.get $global))
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (local.set $s (i32.add (local.get $s) (call_ref $t (local.get $r))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "immutable global.get") (param $n i32) (result i32)
    (local $s i32)
    (loop $l
      (if (i32.eqz (ref.is_null (global.get $fixed)))
        (then (local.set $s (i32.add (local.get $s) (call_ref $t (global.get $fixed))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  ;; The call runs only if the element is not null.
  (func (export "call_indirect") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (loop $l
      (if (i32.eqz (ref.is_null (table.get $any (local.get $i))))
        (then
          (local.set $s (i32.add (local.get $s) (call_indirect $any (type $t) (local.get $i))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "typed call_indirect") (param $n i32) (param $i i32) (result i32) (local $s i32)
    (loop $l
      (if (i32.eqz (ref.is_null (table.get $table (local.get $i))))
        (then
          (local.set $s (i32.add (local.get $s) (call_indirect $table (type $t) (local.get $i))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s)))

(assert_return (invoke "table.get" (i32.const 5) (i32.const 2)) (i32.const 0))
(assert_return (invoke "table.get in the loop" (i32.const 5) (i32.const 2)) (i32.const 0))
(assert_return (invoke "global.get" (i32.const 5)) (i32.const 0))
(assert_return (invoke "immutable global.get" (i32.const 5)) (i32.const 0))
(assert_return (invoke "call_indirect" (i32.const 5) (i32.const 2)) (i32.const 0))
(assert_return (invoke "typed call_indirect" (i32.const 5) (i32.const 2)) (i32.const 0))
(invoke "set")
(assert_return (invoke "table.get" (i32.const 5) (i32.const 2)) (i32.const 5))
(assert_return (invoke "table.get in the loop" (i32.const 5) (i32.const 2)) (i32.const 5))
(assert_return (invoke "global.get" (i32.const 5)) (i32.const 5))
(assert_return (invoke "call_indirect" (i32.const 5) (i32.const 2)) (i32.const 5))
(assert_return (invoke "typed call_indirect" (i32.const 5) (i32.const 2)) (i32.const 5))
