;;! issue = "wazero#1381"
;;! why = "code that cannot be interrupted was loaded by an engine that interrupts its calls"
;;! base = "wasm2"

;; Mechanism: whether the code looks for an interruption, in each loop and at each call, was not in
;; the key, so an engine that was to stop a module when its context was done could not stop it.
;; The official suite misses it: it has one engine and no cache.

(module definition $M
  (memory 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "loop") (param i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get 0)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum)))
(@wassay.take $m (module $M))

;; Interruption: one way, the other, and both again.
(@wassay.engine $interruption1 (cache $interruption) (interruption off))
(@wassay.compile $M $m)
(@wassay.expect (compiled 2) (hits 0) (misses 1) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "loop" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke $M "load" (i32.const -1)) "out of bounds memory access")
(@wassay.engine $interruption2 (cache $interruption) (interruption on))
(@wassay.compile $M $m)
(@wassay.expect (compiled 2) (hits 0) (misses 1) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "loop" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke $M "load" (i32.const -1)) "out of bounds memory access")
(@wassay.engine $interruption3 (cache $interruption) (interruption off))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "loop" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke $M "load" (i32.const -1)) "out of bounds memory access")
(@wassay.engine $interruption4 (cache $interruption) (interruption on))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "loop" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke $M "load" (i32.const -1)) "out of bounds memory access")
