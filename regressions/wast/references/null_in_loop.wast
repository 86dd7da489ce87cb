;;! why = "an optimizer moved loads through a nullable reference before the loop that tests it for null"

;; Every function calls its operand in a loop, and only if it is not null, so that an optimizer has
;; a reason to load the callee's code earlier. If it is null, no function may access it.
(module
  (type $t (func (result i32)))
  (func $one (export "one") (type $t) (i32.const 1))
  (elem declare func $one)

  (func (export "if") (param $n i32) (param $r (ref null $t)) (result i32) (local $s i32)
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (local.set $s (i32.add (local.get $s) (call_ref $t (local.get $r))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "br_on_null") (param $n i32) (param $r (ref null $t)) (result i32) (local $s i32)
    (loop $l
      (block $null
        (local.set $s (i32.add (local.get $s) (call_ref $t (br_on_null $null (local.get $r))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  (func (export "br_on_non_null") (param $n i32) (param $r (ref null $t)) (result i32)
    (local $s i32)
    (loop $l
      (block $next
        (local.set $s (i32.add (local.get $s)
          (call_ref $t (block $there (result (ref $t))
            (br_on_non_null $there (local.get $r))
            (br $next))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  ;; The check is in the loop, and runs only if $check is not 0.
  (func (export "ref.as_non_null") (param $n i32) (param $check i32) (param $r (ref null $t))
    (result i32) (local $s i32)
    (loop $l
      (if (local.get $check)
        (then (local.set $s
          (i32.add (local.get $s) (call_ref $t (ref.as_non_null (local.get $r)))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s))

  ;; A nest: the reference is fixed in both loops, the test stands between them.
  (func (export "nest") (param $n i32) (param $r (ref null $t)) (result i32)
    (local $s i32) (local $m i32)
    (loop $outer
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then
          (local.set $m (i32.const 3))
          (loop $inner
            (local.set $s (i32.add (local.get $s) (call_ref $t (local.get $r))))
            (local.set $m (i32.sub (local.get $m) (i32.const 1)))
            (br_if $inner (local.get $m)))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $outer (local.get $n)))
    (local.get $s))

  ;; The same loop with a reference that is not null; the test of $i keeps it from being a constant.
  (func (export "not null") (param $n i32) (param $i i32) (result i32)
    (local $s i32) (local $r (ref null $t))
    (if (local.get $i) (then (local.set $r (ref.func $one))))
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (local.set $s (i32.add (local.get $s) (call_ref $t (local.get $r))))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $s)))

(assert_return (invoke "if" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "br_on_null" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "br_on_non_null" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "ref.as_non_null" (i32.const 5) (i32.const 0) (ref.null func)) (i32.const 0))
(assert_trap (invoke "ref.as_non_null" (i32.const 5) (i32.const 1) (ref.null func)) "null reference")
(assert_return (invoke "nest" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "not null" (i32.const 5) (i32.const 1)) (i32.const 5))
(assert_return (invoke "not null" (i32.const 5) (i32.const 0)) (i32.const 0))
