;;! issue = "wazero#2511, qjs#50"
;;! why = "a module that another store had compiled did not link, or its functions had the other store's types"
;;! base = "wasm2"

;; Mechanism: a compiled module carried the numbers that the store that compiled it had given to its
;; types. A second store numbers types in the order in which it meets them itself, so an import of
;; the right type was rejected, and indirect calls compared numbers of two stores.
;; The official suite misses it: a script of the specification has one store.

;; The first store meets these types before those of `$M`, the second one does not meet them.
(module $before
  (func (export "f") (param i64 i64) (result i64) (local.get 0))
  (func (export "g") (param f32 f32) (result f32) (local.get 0)))

(module $definer (func (export "one more") (param i64) (result i64) (i64.const 404)))
(register "definer" $definer)

(module $M
  (type $int (func (param i32) (result i32)))
  (type $wide (func (param i64) (result i64)))
  (type $float (func (param f32) (result f32)))
  (import "definer" "one more" (func $more (type $wide)))
  (table (export "table") 3 funcref)
  (func $one (type $int) (i32.const 401))
  (func $two (type $wide) (i64.const 402))
  (func $three (type $float) (f32.const 403))
  (elem (i32.const 0) func $one $two $three)
  (func (export "int") (param i32) (result i32)
    (call_indirect (type $int) (i32.const 0) (local.get 0)))
  (func (export "wide") (param i32) (result i64)
    (call_indirect (type $wide) (i64.const 0) (local.get 0)))
  (func (export "float") (param i32) (result f32)
    (call_indirect (type $float) (f32.const 0) (local.get 0)))
  (func (export "more") (result i64) (call $more (i64.const 0))))
(assert_return (invoke $M "int" (i32.const 0)) (i32.const 401))
(assert_return (invoke $M "wide" (i32.const 1)) (i64.const 402))
(assert_return (invoke $M "float" (i32.const 2)) (f32.const 403))
(assert_return (invoke $M "more") (i64.const 404))
(@wassay.take $module (module $M))

;; In the second store, the module imports a function that this store has defined itself.
(@wassay.session $second)
(module $definer
  (func (export "one more") (param i64) (result i64) (i64.const 405))
  (func (export "of another type") (param f32) (result f32) (local.get 0)))
(register "definer" $definer)
(@wassay.instance $M $module)
(register "m" $M)
(@wassay.assert_return (invoke $M "more") (i64.const 405))
(assert_return (invoke $M "int" (i32.const 0)) (i32.const 401))
(assert_trap (invoke $M "int" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke $M "int" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke $M "wide" (i32.const 0)) "indirect call type mismatch")
(assert_return (invoke $M "wide" (i32.const 1)) (i64.const 402))
(assert_trap (invoke $M "wide" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke $M "float" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $M "float" (i32.const 1)) "indirect call type mismatch")
(assert_return (invoke $M "float" (i32.const 2)) (f32.const 403))

;; Another module of the second store, with the types in another order.
(module $caller
  (type $float (func (param f32) (result f32)))
  (type $int (func (param i32) (result i32)))
  (import "m" "table" (table 3 funcref))
  (func (export "int") (param i32) (result i32)
    (call_indirect (type $int) (i32.const 0) (local.get 0)))
  (func (export "float") (param i32) (result f32)
    (call_indirect (type $float) (f32.const 0) (local.get 0))))
(assert_return (invoke $caller "int" (i32.const 0)) (i32.const 401))
(assert_trap (invoke $caller "int" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke $caller "float" (i32.const 0)) "indirect call type mismatch")
(assert_return (invoke $caller "float" (i32.const 2)) (f32.const 403))

;; The twin: a third store rejects an import of another type.
(@wassay.session $third)
(module $definer (func (export "one more") (param f32) (result f32) (local.get 0)))
(register "definer" $definer)
(assert_unlinkable
  (module (import "definer" "one more" (func (param i64) (result i64))))
  "incompatible import type")

;; The first store is as it was.
(@wassay.session)
(assert_return (invoke $M "more") (i64.const 404))
(assert_return (invoke $M "int" (i32.const 0)) (i32.const 401))
(assert_trap (invoke $M "int" (i32.const 1)) "indirect call type mismatch")
