;;! issue = "wazero#2141"
;;! why = "an element `global.get` of an imported global was read as the function of that index"
;;! base = "wasm2"

;; Mechanism: elements were kept as function indices; the index of the global was kept as one too.
;; The official suite has such an element in an active segment only: passive segments took another
;; path.

(module $definer
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $wide (result i64) (i64.const 3))
  (global (export "null") funcref (ref.null func))
  (global (export "one") funcref (ref.func $one))
  (global (export "two") funcref (ref.func $two))
  (global (export "wide") funcref (ref.func $wide)))
(register "definer" $definer)

;; Functions 0 to 3 are none of those in globals 0 to 3.
(module
  (type $get (func (result i32)))
  (type $long (func (result i64)))
  (import "definer" "two" (global $two funcref))
  (import "definer" "null" (global $null funcref))
  (import "definer" "wide" (global $wide funcref))
  (import "definer" "one" (global $one funcref))
  (func $ten (type $get) (i32.const 10))
  (func $eleven (type $get) (i32.const 11))
  (func $twelve (type $get) (i32.const 12))
  (func $thirteen (type $get) (i32.const 13))
  (table $passive 6 funcref)
  (table $active 6 funcref)
  (elem $p funcref
    (global.get $two) (global.get $null) (global.get $wide) (global.get $one)
    (ref.func $twelve) (ref.null func))
  (elem (table $active) (i32.const 0) funcref
    (global.get $two) (global.get $null) (global.get $wide) (global.get $one)
    (ref.func $twelve) (ref.null func))
  (func (export "init")
    (table.init $passive $p (i32.const 0) (i32.const 0) (i32.const 6)))
  (func (export "passive") (param i32) (result i32)
    (call_indirect $passive (type $get) (local.get 0)))
  (func (export "passive wide") (param i32) (result i64)
    (call_indirect $passive (type $long) (local.get 0)))
  (func (export "active") (param i32) (result i32)
    (call_indirect $active (type $get) (local.get 0)))
  (func (export "active wide") (param i32) (result i64)
    (call_indirect $active (type $long) (local.get 0))))

(assert_trap (invoke "passive" (i32.const 0)) "uninitialized element")
(assert_return (invoke "init"))
(assert_return (invoke "passive" (i32.const 0)) (i32.const 2))
(assert_trap (invoke "passive" (i32.const 1)) "uninitialized element")
(assert_return (invoke "passive wide" (i32.const 2)) (i64.const 3))
(assert_return (invoke "passive" (i32.const 3)) (i32.const 1))
(assert_return (invoke "passive" (i32.const 4)) (i32.const 12))
(assert_trap (invoke "passive" (i32.const 5)) "uninitialized element")
(assert_return (invoke "active" (i32.const 0)) (i32.const 2))
(assert_trap (invoke "active" (i32.const 1)) "uninitialized element")
(assert_return (invoke "active wide" (i32.const 2)) (i64.const 3))
(assert_return (invoke "active" (i32.const 3)) (i32.const 1))
(assert_return (invoke "active" (i32.const 4)) (i32.const 12))
(assert_trap (invoke "active" (i32.const 5)) "uninitialized element")

;; The twins: the type is that of the function in the global.
(assert_trap (invoke "passive" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "passive wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "active" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "active wide" (i32.const 3)) "indirect call type mismatch")
