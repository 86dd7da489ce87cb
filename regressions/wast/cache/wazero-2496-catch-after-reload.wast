;;! issue = "wazero#2496, wazero#2498"
;;! why = "a module from the cache directory did not catch its exceptions"
;;! base = "wasm2"
;;! exceptions = true

;; Mechanism: the table of the clauses that catch was new, and nobody had added it to the entries:
;; it was dropped in silence.
;; The official suite misses it: a script of the specification has no cache.

(module definition $M
  (tag $thrown (param i32))
  (tag $other)
  (func $throw (param i32)
    (if (local.get 0) (then (throw $thrown (local.get 0))) (else (throw $other))))
  (func (export "catch") (param i32) (result i32)
    (block $caught (result i32)
      (try_table (catch $thrown $caught) (call $throw (local.get 0)))
      (i32.const -1)))
  (func (export "catch both") (param i32) (result i32)
    (block $none
      (return
        (block $caught (result i32)
          (try_table (catch $thrown $caught) (catch $other $none) (call $throw (local.get 0)))
          (i32.const -1))))
    (i32.const -2))
  (func (export "catch all") (param i32) (result i32)
    (block $any
      (try_table (catch_all $any) (call $throw (local.get 0)))
      (return (i32.const -1)))
    (i32.const -3))
  (func (export "nested") (param i32) (result i32)
    (block $outer (result i32)
      (try_table (catch $thrown $outer)
        (block $inner (try_table (catch $other $inner) (call $throw (local.get 0))))
        (return (i32.const -4)))
      (i32.const -1))))
(@wassay.take $m (module $M))

;; As compiled.
(@wassay.engine $A (cache $dir))
(@wassay.compile $M $m)
(@wassay.expect (compiled 5))
(module instance $M $M)
(assert_return (invoke $M "catch" (i32.const 7)) (i32.const 7))
(assert_exception (invoke $M "catch" (i32.const 0)))
(assert_return (invoke $M "catch both" (i32.const 8)) (i32.const 8))
(assert_return (invoke $M "catch both" (i32.const 0)) (i32.const -2))
(assert_return (invoke $M "catch all" (i32.const 9)) (i32.const -3))
(assert_return (invoke $M "catch all" (i32.const 0)) (i32.const -3))
(assert_return (invoke $M "nested" (i32.const 6)) (i32.const 6))
(assert_return (invoke $M "nested" (i32.const 0)) (i32.const -4))

;; From the directory.
(@wassay.engine $B (cache $dir))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1))
(module instance $M $M)
(assert_return (invoke $M "catch" (i32.const 7)) (i32.const 7))
(assert_exception (invoke $M "catch" (i32.const 0)))
(assert_return (invoke $M "catch both" (i32.const 8)) (i32.const 8))
(assert_return (invoke $M "catch both" (i32.const 0)) (i32.const -2))
(assert_return (invoke $M "catch all" (i32.const 9)) (i32.const -3))
(assert_return (invoke $M "catch all" (i32.const 0)) (i32.const -3))
(assert_return (invoke $M "nested" (i32.const 6)) (i32.const 6))
(assert_return (invoke $M "nested" (i32.const 0)) (i32.const -4))

;; From bytes.
(@wassay.engine)
(@wassay.reload $M)
(module instance $M $M)
(assert_return (invoke $M "catch" (i32.const 7)) (i32.const 7))
(assert_exception (invoke $M "catch" (i32.const 0)))
(assert_return (invoke $M "catch both" (i32.const 8)) (i32.const 8))
(assert_return (invoke $M "catch both" (i32.const 0)) (i32.const -2))
(assert_return (invoke $M "catch all" (i32.const 9)) (i32.const -3))
(assert_return (invoke $M "catch all" (i32.const 0)) (i32.const -3))
(assert_return (invoke $M "nested" (i32.const 6)) (i32.const 6))
(assert_return (invoke $M "nested" (i32.const 0)) (i32.const -4))
