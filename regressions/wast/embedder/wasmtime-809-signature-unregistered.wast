;;! issue = "wasmtime#809"
;;! why = "the signature of a function that the embedder took from a table was not registered"
;;! base = "wasm2"

;; Mechanism: instantiating a module did not register its signatures, so a function had one only if
;; the embedder had made a function of the same type before. A call of another one crashed.
;; The official suite misses it: no directive of the specification reads a table, and none drops an
;; instance.

;; No other module has this type.
(module $fresh
  (func $first (param i64 f64 i64) (result i32) (i32.const 300))
  (table (export "table") 1 1 funcref)
  (elem (i32.const 0) $first))
(@wassay.take $zero (table $fresh "table" 0))
(@wassay.assert_return (call $zero (i64.const 1) (f64.const 2) (i64.const 3)) (i32.const 300))

;; The class: a signature that is registered no longer, because its module was dropped while the
;; function was in use.
(module $keeper (table (export "table") 4 funcref))
(register "keeper" $keeper)

;; No other instance has these types.
(module $definer
  (import "keeper" "table" (table 4 funcref))
  (func $first (param i64 f32) (result i32) (i32.const 301))
  (func $second (param f32 i64) (result i32) (i32.const 302))
  (elem (i32.const 0) func $first $second))
(@wassay.take $first (table $keeper "table" 0))
(@wassay.drop $definer)
(@wassay.collect)

;; If the types are forgotten, these take their numbers.
(module $later
  (type $third (func (param i64 i64 f32) (result i32)))
  (import "keeper" "table" (table 4 funcref))
  (func $third (type $third) (i32.const 303))
  (func $fourth (param f32 f32 i64) (result i32) (i32.const 304))
  (elem (i32.const 2) func $third $fourth)
  (func (export "call") (param i32) (result i32)
    (call_indirect (type $third) (i64.const 1) (i64.const 2) (f32.const 3) (local.get 0))))
(assert_trap (invoke $later "call" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $later "call" (i32.const 1)) "indirect call type mismatch")
(assert_return (invoke $later "call" (i32.const 2)) (i32.const 303))
(assert_trap (invoke $later "call" (i32.const 3)) "indirect call type mismatch")

(module $caller
  (type $first (func (param i64 f32) (result i32)))
  (import "keeper" "table" (table 4 funcref))
  (func (export "call") (param i32) (result i32)
    (call_indirect (type $first) (i64.const 1) (f32.const 2) (local.get 0))))
(assert_return (invoke $caller "call" (i32.const 0)) (i32.const 301))
(assert_trap (invoke $caller "call" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke $caller "call" (i32.const 2)) "indirect call type mismatch")

(@wassay.assert_return (call $first (i64.const 1) (f32.const 2)) (i32.const 301))
(@wassay.take $second (table $keeper "table" 1))
(@wassay.assert_return (call $second (f32.const 1) (i64.const 2)) (i32.const 302))
