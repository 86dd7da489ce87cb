;;! why = "mutual tail calls through references, with differing argument counts, ten million deep, in and across instances"

;; The references are in mutable globals, so that a compiler cannot know their targets.
(module $m
  (type $one (func (param i64) (result i64)))
  (type $seven (func (param i64 i64 i64 i64 i64 i64 f64 f64 i32) (result i64)))
  (global $to_one (export "to one") (mut (ref null $one)) (ref.func $one))
  (global $to_seven (export "to seven") (mut (ref null $seven)) (ref.func $seven))
  (global $calls (export "calls") (mut i64) (i64.const 0))
  (func $one (export "run") (type $one)
    (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
    (if (i64.eqz (local.get 0)) (then (return (i64.const 44))))
    (return_call_ref $seven
      (i64.sub (local.get 0) (i64.const 1)) (i64.const 1) (i64.const 2) (i64.const 3)
      (i64.const 4) (i64.const 5) (f64.const 6) (f64.const 7) (i32.const 8)
      (global.get $to_seven)))
  (func $seven (export "seven") (type $seven)
    (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
    (if (i64.ne (local.get 5) (i64.const 5)) (then (unreachable)))
    (if (i32.ne (local.get 8) (i32.const 8)) (then (unreachable)))
    (if (i64.eqz (local.get 0)) (then (return (i64.const 45))))
    (return_call_ref $one (i64.sub (local.get 0) (i64.const 1)) (global.get $to_one)))
  (func (export "set null") (global.set $to_seven (ref.null $seven))))
(register "m" $m)

(assert_return (invoke $m "run" (i64.const 0)) (i64.const 44))
(assert_return (invoke $m "run" (i64.const 1)) (i64.const 45))
(assert_return (invoke $m "run" (i64.const 10_000_000)) (i64.const 44))
(assert_return (get $m "calls") (i64.const 10_000_004))

;; Half of the functions are in another instance, so each call switches instances.
(module $n
  (type $one (func (param i64) (result i64)))
  (type $seven (func (param i64 i64 i64 i64 i64 i64 f64 f64 i32) (result i64)))
  (global $to_one (import "m" "to one") (mut (ref null $one)))
  (global $to_seven (import "m" "to seven") (mut (ref null $seven)))
  (global $calls (export "calls") (mut i64) (i64.const 0))
  (elem declare func $one)
  (func $one (type $one)
    (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
    (if (i64.eqz (local.get 0)) (then (return (i64.const 46))))
    (return_call_ref $seven
      (i64.sub (local.get 0) (i64.const 1)) (i64.const 1) (i64.const 2) (i64.const 3)
      (i64.const 4) (i64.const 5) (f64.const 6) (f64.const 7) (i32.const 8)
      (global.get $to_seven)))
  (func (export "run") (param i64) (result i64)
    (global.set $to_one (ref.func $one))
    (return_call_ref $one (local.get 0) (global.get $to_one))))
(assert_return (invoke $n "run" (i64.const 10_000_000)) (i64.const 46))
(assert_return (get $n "calls") (i64.const 5_000_001))
(assert_return (get $m "calls") (i64.const 15_000_004))

;; A null reference traps after any number of calls.
(assert_return (invoke $m "set null"))
(assert_trap (invoke $m "run" (i64.const 1_000)) "null function reference")
(assert_trap (invoke $n "run" (i64.const 1_000)) "null function reference")
