;;! issue = "wasmtime#8870"
;;! why = "a cache for indirect calls ignored the type: the second call of an element was not checked"
;;! base = "wasm2"

;; Mechanism: the cache's key was the element alone, so a call at a second type was a hit of the
;; first one's entry. The report is a pull request that was never merged: one cache for all calls of
;; an instance, in which an early version kept no type. It needs the same option and the same kind
;; of table as wasmtime-8881-cached-call-of-null.wast.
;; The official suite misses it: no function of it calls an element at two types.

;; A table that nothing writes or exports, and whose element 0 is null.
(module
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (type $none (func))
  (table $t 10 10 funcref)
  (elem (table $t) (i32.const 1) func $one $two $three)
  (func $one (type $get) (i32.const 1))
  (func $two (type $wide) (i64.const 2))
  (func $three (type $none))
  (func (export "get, then wide") (param i32 i32) (result i32 i64)
    (call_indirect $t (type $get) (local.get 0))
    (call_indirect $t (type $wide) (local.get 1)))
  ;; The same calls in functions of their own.
  (func (export "get") (param i32) (result i32) (call_indirect $t (type $get) (local.get 0)))
  (func (export "wide") (param i32) (result i64) (call_indirect $t (type $wide) (local.get 0)))
  (func (export "none") (param i32) (call_indirect $t (type $none) (local.get 0))))

(assert_return (invoke "get, then wide" (i32.const 1) (i32.const 2)) (i32.const 1) (i64.const 2))
(assert_trap (invoke "get, then wide" (i32.const 1) (i32.const 1)) "indirect call type mismatch")
(assert_return (invoke "get" (i32.const 1)) (i32.const 1))
(assert_trap (invoke "wide" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "none" (i32.const 1)) "indirect call type mismatch")
(assert_return (invoke "none" (i32.const 3)))
(assert_trap (invoke "get" (i32.const 3)) "indirect call type mismatch")
(assert_return (invoke "wide" (i32.const 2)) (i64.const 2))
(assert_trap (invoke "get" (i32.const 2)) "indirect call type mismatch")
(assert_return (invoke "get" (i32.const 1)) (i32.const 1))

;; More pairs of types, for a cache without these conditions.
(module
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (type $none (func))
  (table $t 3 funcref)
  (elem (table $t) (i32.const 0) func $one $two $three)
  (func $one (type $get) (i32.const 1))
  (func $two (type $wide) (i64.const 2))
  (func $three (type $none))
  (func (export "get, then wide") (param i32 i32) (result i32 i64)
    (call_indirect $t (type $get) (local.get 0))
    (call_indirect $t (type $wide) (local.get 1)))
  (func (export "wide, then get") (param i32 i32) (result i64 i32)
    (call_indirect $t (type $wide) (local.get 0))
    (call_indirect $t (type $get) (local.get 1)))
  (func (export "none, then get") (param i32 i32) (result i32)
    (call_indirect $t (type $none) (local.get 0))
    (call_indirect $t (type $get) (local.get 1)))
  ;; The same type twice is no mistake.
  (func (export "get twice") (param i32 i32) (result i32 i32)
    (call_indirect $t (type $get) (local.get 0))
    (call_indirect $t (type $get) (local.get 1)))
  ;; One place each, in a loop: at both types in turn.
  (func (export "in turn") (param $at i32) (param $n i32) (result i32)
    (loop $l
      (if (i32.and (local.get $n) (i32.const 1))
        (then (drop (call_indirect $t (type $get) (local.get $at))))
        (else (drop (call_indirect $t (type $wide) (local.get $at)))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 4)))

(assert_return (invoke "get, then wide" (i32.const 0) (i32.const 1)) (i32.const 1) (i64.const 2))
(assert_return (invoke "wide, then get" (i32.const 1) (i32.const 0)) (i64.const 2) (i32.const 1))
(assert_return (invoke "none, then get" (i32.const 2) (i32.const 0)) (i32.const 1))
(assert_return (invoke "get twice" (i32.const 0) (i32.const 0)) (i32.const 1) (i32.const 1))
(assert_return (invoke "in turn" (i32.const 0) (i32.const 1)) (i32.const 4))

;; The twins: the first call fills the cache, the second must trap.
(assert_trap (invoke "get, then wide" (i32.const 0) (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "wide, then get" (i32.const 1) (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "none, then get" (i32.const 2) (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "get twice" (i32.const 0) (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "in turn" (i32.const 0) (i32.const 3)) "indirect call type mismatch")
