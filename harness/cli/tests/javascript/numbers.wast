;;! base = "wasm2"
;;! why = "JavaScript may change the bits of a NaN, and has no vectors: numbers cross its border as bits"

(module
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "v128") (param v128) (result v128) (local.get 0))
  (func (export "mixed") (param i32 f64 v128 i64 f32) (result f32 i64 v128 f64 i32)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (global (export "nan") f32 (f32.const -nan:0x200001))
  (global (export "vector") v128 (v128.const i32x4 1 2 3 0x80000004)))

(assert_return (invoke "f32" (f32.const nan:0x200001)) (f32.const nan:0x200001))
(assert_return (invoke "f32" (f32.const -nan:0x7fffff)) (f32.const -nan:0x7fffff))
(assert_return (invoke "f32" (f32.const -0)) (f32.const -0))
(assert_return (invoke "f64" (f64.const nan:0x4000000000001)) (f64.const nan:0x4000000000001))
(assert_return (invoke "i64" (i64.const 0x8000000000000001)) (i64.const 0x8000000000000001))
(assert_return
  (invoke "v128" (v128.const i64x2 0xf0f1f2f3f4f5f6f7 0x0102030405060708))
  (v128.const i64x2 0xf0f1f2f3f4f5f6f7 0x0102030405060708))
(assert_return
  (invoke "mixed" (i32.const -1) (f64.const -nan:0x1) (v128.const i32x4 1 2 3 4) (i64.const -2)
    (f32.const nan:0x1))
  (f32.const nan:0x1) (i64.const -2) (v128.const i32x4 1 2 3 4) (f64.const -nan:0x1) (i32.const -1))
(assert_return (get "nan") (f32.const -nan:0x200001))
(assert_return (get "vector") (v128.const i32x4 1 2 3 0x80000004))
