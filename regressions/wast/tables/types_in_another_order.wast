;;! why = "modules that share functions have the same types in different orders, so that the places of types say nothing"

;; An engine that takes a module's type I for the type I numbers after its first one is right in the
;; first module of a store only, or if a module brings no type that another has registered.

(module $exporter
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (type $single (func (result f32)))
  (func $one (export "one") (type $get) (i32.const 1))
  (func $two (export "two") (type $wide) (i64.const 2))
  (func $three (export "three") (type $single) (f32.const 3))
  (table (export "table") 6 6 funcref)
  (elem (i32.const 0) $one $two $three))
(register "exporter" $exporter)

;; A type that no module had before stands between known ones, which stand in another order.
(module $importer
  (type $single (func (result f32)))
  (type $new (func (param f64 f64) (result f64)))
  (type $get (func (result i32)))
  (type $newer (func (param f64 i64)))
  (type $wide (func (result i64)))
  (import "exporter" "one" (func $one (type $get)))
  (import "exporter" "two" (func $two (type $wide)))
  (import "exporter" "three" (func $three (type $single)))
  (table (import "exporter" "table") 6 6 funcref)
  (elem (i32.const 3) $one $two $three)
  (func (export "get") (param i32) (result i32) (call_indirect (type $get) (local.get 0)))
  (func (export "wide") (param i32) (result i64) (call_indirect (type $wide) (local.get 0)))
  (func (export "single") (param i32) (result f32) (call_indirect (type $single) (local.get 0)))
  (func (export "new") (param i32) (result f64)
    (call_indirect (type $new) (f64.const 0) (f64.const 0) (local.get 0)))
  (func (export "newer") (param i32)
    (call_indirect (type $newer) (f64.const 0) (i64.const 0) (local.get 0))))

;; The exporter's references, then the importer's own.
(assert_return (invoke "get" (i32.const 0)) (i32.const 1))
(assert_return (invoke "wide" (i32.const 1)) (i64.const 2))
(assert_return (invoke "single" (i32.const 2)) (f32.const 3))
(assert_return (invoke "get" (i32.const 3)) (i32.const 1))
(assert_return (invoke "wide" (i32.const 4)) (i64.const 2))
(assert_return (invoke "single" (i32.const 5)) (f32.const 3))

;; The twins: each at every other type.
(assert_trap (invoke "wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "single" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "new" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "newer" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "single" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "new" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "newer" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "wide" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "new" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "newer" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "wide" (i32.const 3)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 4)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 5)) "indirect call type mismatch")

;; A module without any type of the others, except one.
(module
  (type $own (func (param i64 f32)))
  (type $get (func (result i32)))
  (table (import "exporter" "table") 6 6 funcref)
  (func (export "get") (param i32) (result i32) (call_indirect (type $get) (local.get 0)))
  (func (export "own") (param i32)
    (call_indirect (type $own) (i64.const 0) (f32.const 0) (local.get 0))))
(assert_return (invoke "get" (i32.const 0)) (i32.const 1))
(assert_return (invoke "get" (i32.const 3)) (i32.const 1))
(assert_trap (invoke "get" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "own" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "own" (i32.const 2)) "indirect call type mismatch")
