;;! why = "an optimizer moved loads through the operand of a tail call before the loop that tests it for null"

(module
  (type $t (func (result i32)))
  (func $one (type $t) (i32.const 1))
  (table $any 4 funcref)
  (elem (table $any) (i32.const 1) func $one)

  (func (export "return_call_ref") (param $n i32) (param $r (ref null $t)) (result i32)
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (return_call_ref $t (local.get $r))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (i32.const 0))

  ;; The loop and the tail call use one reference, each behind a test of its own.
  (func (export "call_ref and return_call_ref") (param $n i32) (param $r (ref null $t)) (result i32)
    (loop $l
      (if (i32.eqz (ref.is_null (local.get $r)))
        (then (drop (call_ref $t (local.get $r)))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (if (i32.eqz (ref.is_null (local.get $r))) (then (return_call_ref $t (local.get $r))))
    (i32.const 0))

  ;; Two tails with one reference: a compiler may load it once, but not above the switch.
  (func (export "switch") (param $n i32) (param $r (ref null $t)) (result i32)
    (block $none
      (block $second
        (block $first
          (br_table $first $second $none (local.get $n)))
        (return_call_ref $t (local.get $r)))
      (return_call_ref $t (local.get $r)))
    (i32.const 0))

  (func (export "return_call_indirect") (param $n i32) (param $i i32) (result i32)
    (loop $l
      (if (i32.eqz (ref.is_null (table.get $any (local.get $i))))
        (then (return_call_indirect $any (type $t) (local.get $i))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (i32.const 0)))

(assert_return (invoke "return_call_ref" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "call_ref and return_call_ref" (i32.const 5) (ref.null func)) (i32.const 0))
(assert_return (invoke "switch" (i32.const 2) (ref.null func)) (i32.const 0))
(assert_trap (invoke "switch" (i32.const 0) (ref.null func)) "null reference")
(assert_trap (invoke "switch" (i32.const 1) (ref.null func)) "null reference")
(assert_return (invoke "return_call_indirect" (i32.const 5) (i32.const 0)) (i32.const 0))
(assert_return (invoke "return_call_indirect" (i32.const 5) (i32.const 1)) (i32.const 1))
