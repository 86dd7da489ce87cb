;;! issue = "wasmtime#8881"
;;! why = "a cache for indirect calls accepted a null element and jumped to address 0"
;;! reference_types = true

;; Mechanism: each place of a call_indirect kept the last element and its code, both zero at the
;; start. A null element was therefore a hit, without the trap that a miss would have given.
;; The official suite calls null elements, too, but the cache was off by default, and no script can
;; turn it on. Here elements become null, and functions again, between two calls at one place.

(module
  (type $get (func (result i32)))
  (table $t 3 funcref)
  (elem (table $t) (i32.const 0) func $one $two)
  (elem declare func $one)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func (export "call") (param i32) (result i32) (call_indirect $t (type $get) (local.get 0)))
  (func (export "untouched") (param i32) (result i32)
    (call_indirect $t (type $get) (local.get 0)))
  (func (export "constant") (result i32) (call_indirect $t (type $get) (i32.const 2)))
  (func (export "clear") (param i32) (table.set $t (local.get 0) (ref.null func)))
  (func (export "restore") (param i32) (table.set $t (local.get 0) (ref.func $one)))
  ;; Two calls at one place, the second of null.
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum
        (i32.add (local.get $sum) (call_indirect $t (type $get) (local.get $n))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $n) (i32.const 3))))
    (local.get $sum)))

;; The first call of all.
(assert_trap (invoke "untouched" (i32.const 2)) "uninitialized element")
(assert_trap (invoke "constant") "uninitialized element")
;; After calls that succeed.
(assert_return (invoke "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke "call" (i32.const 1)) (i32.const 2))
(assert_trap (invoke "call" (i32.const 2)) "uninitialized element")
(assert_trap (invoke "loop" (i32.const 0)) "uninitialized element")
;; The element becomes null between two calls at one place.
(assert_return (invoke "call" (i32.const 1)) (i32.const 2))
(assert_return (invoke "clear" (i32.const 1)))
(assert_trap (invoke "call" (i32.const 1)) "uninitialized element")
(assert_trap (invoke "call" (i32.const 1)) "uninitialized element")
;; And no longer is.
(assert_return (invoke "restore" (i32.const 1)))
(assert_return (invoke "call" (i32.const 1)) (i32.const 1))
(assert_return (invoke "restore" (i32.const 2)))
(assert_return (invoke "untouched" (i32.const 2)) (i32.const 1))
(assert_return (invoke "constant") (i32.const 1))
(assert_return (invoke "loop" (i32.const 0)) (i32.const 3))
