;;! issue = "wazero#1708"
;;! why = "an export of an import was looked up among the functions that the module defines"
;;! base = "wasm1"

;; Mechanism: exports have indices among all functions; the compiled module has code for its own
;; functions only. Without a subtraction the export of import I was function I of the module, and
;; the chain ended one module too early.
;; The official suite has chains of one link, where one import is exported again. Here the chain has
;; three, and each module exports several imports beside its own functions, in another order.

(module $a
  (func (export "a0") (result i32) (i32.const 100))
  (func (export "a1") (result i32) (i32.const 101))
  (func (export "a2") (result i32) (i32.const 102)))
(register "a" $a)
(module $b
  (import "a" "a2" (func $a2 (result i32)))
  (import "a" "a0" (func $a0 (result i32)))
  (func $b0 (result i32) (i32.const 110))
  (func $b1 (result i32) (i32.const 111))
  (export "a0" (func $a0))
  (export "b1" (func $b1))
  (export "a2" (func $a2))
  (export "b0" (func $b0)))
(register "b" $b)
(module $c
  (import "b" "b1" (func $b1 (result i32)))
  (import "a" "a1" (func $a1 (result i32)))
  (import "b" "a2" (func $a2 (result i32)))
  (func $c0 (result i32) (i32.const 120))
  (func $c1 (result i32) (i32.const 121))
  (func $c2 (result i32) (i32.const 122))
  (export "a1" (func $a1))
  (export "a2" (func $a2))
  (export "b1" (func $b1))
  (export "c2" (func $c2)))
(register "c" $c)
(module $d
  (import "c" "c2" (func $c2 (result i32)))
  (import "c" "b1" (func $b1 (result i32)))
  (import "c" "a2" (func $a2 (result i32)))
  (import "c" "a1" (func $a1 (result i32)))
  (func (export "call a1") (result i32) (call $a1))
  (func (export "call a2") (result i32) (call $a2))
  (func (export "call b1") (result i32) (call $b1))
  (func (export "call c2") (result i32) (call $c2))
  (export "a2" (func $a2))
  (export "c2" (func $c2)))

(assert_return (invoke $b "a0") (i32.const 100))
(assert_return (invoke $b "a2") (i32.const 102))
(assert_return (invoke $b "b0") (i32.const 110))
(assert_return (invoke $b "b1") (i32.const 111))
(assert_return (invoke $c "a1") (i32.const 101))
(assert_return (invoke $c "a2") (i32.const 102))
(assert_return (invoke $c "b1") (i32.const 111))
(assert_return (invoke $c "c2") (i32.const 122))
(assert_return (invoke $d "call a1") (i32.const 101))
(assert_return (invoke $d "call a2") (i32.const 102))
(assert_return (invoke $d "call b1") (i32.const 111))
(assert_return (invoke $d "call c2") (i32.const 122))
(assert_return (invoke $d "a2") (i32.const 102))
(assert_return (invoke $d "c2") (i32.const 122))

;; The twins: no export has another type at the end of the chain.
(assert_unlinkable (module (import "c" "a2" (func (result i64)))) "incompatible import type")
(assert_unlinkable (module (import "c" "c2" (func))) "incompatible import type")
