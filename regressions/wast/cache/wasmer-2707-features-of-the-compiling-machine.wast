;;! issue = "wasmer#2707"
;;! why = "a stored module needed every CPU feature of the machine that had compiled it"
;;! base = "wasm2"

;; Mechanism: the compiler took the features of its own machine, and the artifact listed them all as
;; needed. A machine without one of them refused the module: "missing requires CPU features".
;; The official suite misses it: it is compiled where it runs. The bug shows in a lane whose modules
;; come from another machine (`compile = "host"`) and may use only the features that the lane names.
;; On one machine the script tests that a module needs what its engine named.

;; Operators that have instructions of their own on machines with the features of the report.
(module definition $M
  (func (export "ceil") (param f64) (result f64) (f64.ceil (local.get 0)))
  (func (export "popcnt") (param i64) (result i64) (i64.popcnt (local.get 0)))
  (func (export "clz") (param i32) (result i32) (i32.clz (local.get 0)))
  (func (export "ctz") (param i64) (result i64) (i64.ctz (local.get 0)))
  (func (export "shift") (param i32 i32) (result i32) (i32.shl (local.get 0) (local.get 1)))
  (func (export "and not") (param i32 i32) (result i32)
    (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))
  (func (export "lowest") (param i32) (result i32)
    (i32.and (local.get 0) (i32.sub (i32.const 0) (local.get 0))))
  (func (export "convert") (param f32) (result i32) (i32.trunc_f32_s (local.get 0))))
(@wassay.take $m (module $M))
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "popcnt" (i64.const 0xF0F)) (i64.const 8))
(assert_return (invoke $M "clz" (i32.const 12)) (i32.const 28))
(assert_return (invoke $M "ctz" (i64.const 12)) (i64.const 2))
(assert_return (invoke $M "shift" (i32.const 3) (i32.const 33)) (i32.const 6))
(assert_return (invoke $M "and not" (i32.const 14) (i32.const 6)) (i32.const 8))
(assert_return (invoke $M "lowest" (i32.const 12)) (i32.const 4))
(assert_return (invoke $M "convert" (f32.const -1.5)) (i32.const -1))
(assert_trap (invoke $M "convert" (f32.const nan)) "invalid conversion to integer")

;; From bytes, on the same machine.
(@wassay.reload $M)
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "popcnt" (i64.const 0xF0F)) (i64.const 8))
(assert_return (invoke $M "clz" (i32.const 12)) (i32.const 28))
(assert_return (invoke $M "ctz" (i64.const 12)) (i64.const 2))
(assert_return (invoke $M "shift" (i32.const 3) (i32.const 33)) (i32.const 6))
(assert_return (invoke $M "and not" (i32.const 14) (i32.const 6)) (i32.const 8))
(assert_return (invoke $M "lowest" (i32.const 12)) (i32.const 4))
(assert_return (invoke $M "convert" (f32.const -1.5)) (i32.const -1))
(assert_trap (invoke $M "convert" (f32.const nan)) "invalid conversion to integer")

;; An engine compiles for every machine of the architecture.
(@wassay.engine $A (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.serialize $baseline $M)
(@wassay.expect (compiled 8) (misses 1) (stores 1))

;; Another loads it: it needs nothing that this engine lacks.
(@wassay.engine $B (cpu baseline))
(@wassay.deserialize $M $baseline)
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "popcnt" (i64.const 0xF0F)) (i64.const 8))
(assert_return (invoke $M "clz" (i32.const 12)) (i32.const 28))
(assert_return (invoke $M "ctz" (i64.const 12)) (i64.const 2))
(assert_return (invoke $M "shift" (i32.const 3) (i32.const 33)) (i32.const 6))
(assert_return (invoke $M "and not" (i32.const 14) (i32.const 6)) (i32.const 8))
(assert_return (invoke $M "lowest" (i32.const 12)) (i32.const 4))
(assert_return (invoke $M "convert" (f32.const -1.5)) (i32.const -1))
(assert_trap (invoke $M "convert" (f32.const nan)) "invalid conversion to integer")

(@wassay.engine $C (cache $dir) (cpu baseline) (demand_hits))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "popcnt" (i64.const 0xF0F)) (i64.const 8))
(assert_return (invoke $M "clz" (i32.const 12)) (i32.const 28))
(assert_return (invoke $M "ctz" (i64.const 12)) (i64.const 2))
(assert_return (invoke $M "shift" (i32.const 3) (i32.const 33)) (i32.const 6))
(assert_return (invoke $M "and not" (i32.const 14) (i32.const 6)) (i32.const 8))
(assert_return (invoke $M "lowest" (i32.const 12)) (i32.const 4))
(assert_return (invoke $M "convert" (f32.const -1.5)) (i32.const -1))
(assert_trap (invoke $M "convert" (f32.const nan)) "invalid conversion to integer")

;; The twin: code that was compiled for a feature needs it.
(@wassay.engine $more (cache $dir) (cpu more))
(@wassay.compile $M $m)
(@wassay.serialize $more $M)
(@wassay.expect (compiled 8) (hits 0) (stale 0))
(@wassay.engine $B)
(@wassay.assert_incompatible $more)
(@wassay.deserialize $again $baseline)
(module instance $again $again)
(assert_return (invoke $again "ceil" (f64.const 1.5)) (f64.const 2))
