;;! issue = "wasmtime#8881"
;;! why = "a cache for indirect calls accepted a null element and jumped to address 0"
;;! base = "wasm2"

;; Mechanism: each call_indirect kept the index of the last element and its code, both zero at the
;; start. So a call of element 0 was a hit before anything had been called, and a null element was
;; kept with code 0; the jump there is no trap of WebAssembly.
;; The cache is off without `-W cache-call-indirects=y` (later `-O`), and is used only for a table
;; that the module defines, neither writes nor exports, and whose element 0 is null.
;; The official suite calls null elements, too, but no script can turn the option on, and few of its
;; tables fulfil these conditions.

;; This table does. No other call may come before that of element 0.
(module
  (type $get (func (result i32)))
  (table $t 10 10 funcref)
  (elem (table $t) (i32.const 1) func $one $two)
  (func $one (type $get) (i32.const 1))
  (func $two (type $get) (i32.const 2))
  (func (export "first") (param i32) (result i32) (call_indirect $t (type $get) (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect $t (type $get) (local.get 0)))
  (func (export "constant") (result i32) (call_indirect $t (type $get) (i32.const 0)))
  ;; Calls of elements that follow each other at one place; those above 2 are null.
  (func (export "loop") (param $at i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum
        (i32.add (local.get $sum) (call_indirect $t (type $get) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $at) (i32.const 4))))
    (local.get $sum)))

(assert_trap (invoke "first" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "constant") "uninitialized element")
;; The first call of null is a miss, the second one a hit.
(assert_trap (invoke "call" (i32.const 5)) "uninitialized element")
(assert_trap (invoke "call" (i32.const 5)) "uninitialized element")
(assert_return (invoke "call" (i32.const 1)) (i32.const 1))
(assert_return (invoke "call" (i32.const 1)) (i32.const 1))
(assert_return (invoke "call" (i32.const 2)) (i32.const 2))
(assert_trap (invoke "call" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "call" (i32.const 5)) "uninitialized element")
(assert_return (invoke "call" (i32.const 2)) (i32.const 2))
(assert_trap (invoke "loop" (i32.const 1)) "uninitialized element")
(assert_trap (invoke "constant") "uninitialized element")

;; A cache without these conditions: elements become null, and functions again, between two calls
;; at one place.
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
