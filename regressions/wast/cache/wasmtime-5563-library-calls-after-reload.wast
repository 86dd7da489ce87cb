;;! issue = "wasmtime#5563"
;;! why = "a module whose code calls the engine's library for an operator could not be stored"
;;! base = "wasm2"

;; Mechanism: without SSE4.1, `floor` and the like are calls of the engine's own functions, whose
;; addresses differ from process to process. The writer of artifacts had no relocation for them.
;; The official suite misses it: it is compiled where it runs, with all features of the machine.

(module definition $M
  (func (export "f32.ceil") (param f32) (result f32) (f32.ceil (local.get 0)))
  (func (export "f32.floor") (param f32) (result f32) (f32.floor (local.get 0)))
  (func (export "f32.trunc") (param f32) (result f32) (f32.trunc (local.get 0)))
  (func (export "f32.nearest") (param f32) (result f32) (f32.nearest (local.get 0)))
  (func (export "f64.ceil") (param f64) (result f64) (f64.ceil (local.get 0)))
  (func (export "f64.floor") (param f64) (result f64) (f64.floor (local.get 0)))
  (func (export "f64.trunc") (param f64) (result f64) (f64.trunc (local.get 0)))
  (func (export "f64.nearest") (param f64) (result f64) (f64.nearest (local.get 0)))
  ;; Two calls in a function, and one after it.
  (func (export "both") (param f32 f64) (result f64)
    (f64.add (f64.promote_f32 (f32.ceil (local.get 0))) (f64.floor (local.get 1)))))
(@wassay.take $m (module $M))

;; As compiled for a machine without the instructions.
(@wassay.engine $A (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.expect (compiled 9) (stores 1))
(module instance $M $M)
(assert_return (invoke $M "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $M "f32.floor" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $M "f32.trunc" (f32.const -1.75)) (f32.const -1))
(assert_return (invoke $M "f32.nearest" (f32.const 2.5)) (f32.const 2))
(assert_return (invoke $M "f64.ceil" (f64.const -1.5)) (f64.const -1))
(assert_return (invoke $M "f64.floor" (f64.const -1.5)) (f64.const -2))
(assert_return (invoke $M "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $M "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $M "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(@wassay.serialize $bytes $M)

;; From the directory.
(@wassay.engine $B (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1))
(module instance $M $M)
(assert_return (invoke $M "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $M "f32.floor" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $M "f32.trunc" (f32.const -1.75)) (f32.const -1))
(assert_return (invoke $M "f32.nearest" (f32.const 2.5)) (f32.const 2))
(assert_return (invoke $M "f64.ceil" (f64.const -1.5)) (f64.const -1))
(assert_return (invoke $M "f64.floor" (f64.const -1.5)) (f64.const -2))
(assert_return (invoke $M "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $M "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $M "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))

;; From bytes, when the engine that made them is gone.
(@wassay.drop (sessions $A))
(@wassay.drop (engine $A))
(@wassay.deserialize $M $bytes)
(module instance $M $M)
(assert_return (invoke $M "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $M "f32.floor" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $M "f32.trunc" (f32.const -1.75)) (f32.const -1))
(assert_return (invoke $M "f32.nearest" (f32.const 2.5)) (f32.const 2))
(assert_return (invoke $M "f64.ceil" (f64.const -1.5)) (f64.const -1))
(assert_return (invoke $M "f64.floor" (f64.const -1.5)) (f64.const -2))
(assert_return (invoke $M "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $M "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $M "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
