;;! issue = "zwasm#427"
;;! why = "an import of a re-exported function was bound to the placeholder that the re-exporter has for its own import"
;;! base = "wasm1"

;; Mechanism: the import was kept as an index into the re-exporter's functions. At the index of an
;; import there is an entry that only traps, because direct calls do not use it.
;; The official suite lets the host call a re-exported function. In it no third module calls one.

(module $a
  (func (export "get") (result i32) (i32.const 42))
  (func (export "other") (result i32) (i32.const 43)))
(register "a" $a)
(module $b
  (import "a" "get" (func $get (result i32)))
  (import "a" "other" (func $other (result i32)))
  (func (export "own") (result i32) (i32.const 44))
  (export "get" (func $get))
  (export "other" (func $other)))
(register "b" $b)
(module $c
  (import "b" "other" (func $other (result i32)))
  (import "b" "get" (func $get (result i32)))
  (import "b" "own" (func $own (result i32)))
  (table funcref (elem $get $other $own))
  (export "get" (func $get))
  (func (export "direct") (result i32) (call $get))
  (func (export "direct other") (result i32) (call $other))
  (func (export "direct own") (result i32) (call $own))
  (func (export "indirect") (param i32) (result i32)
    (call_indirect (result i32) (local.get 0)))
  (func (export "wrong") (param i32) (call_indirect (local.get 0))))
(register "c" $c)
(module $d
  (import "c" "get" (func $get (result i32)))
  (table funcref (elem $get))
  (func (export "direct") (result i32) (call $get))
  (func (export "indirect") (result i32) (call_indirect (result i32) (i32.const 0)))
  (func (export "wrong") (call_indirect (i32.const 0))))

(assert_return (invoke $c "direct") (i32.const 42))
(assert_return (invoke $c "direct other") (i32.const 43))
(assert_return (invoke $c "direct own") (i32.const 44))
(assert_return (invoke $c "indirect" (i32.const 0)) (i32.const 42))
(assert_return (invoke $c "indirect" (i32.const 1)) (i32.const 43))
(assert_return (invoke $c "indirect" (i32.const 2)) (i32.const 44))
(assert_return (invoke $d "direct") (i32.const 42))
(assert_return (invoke $d "indirect") (i32.const 42))

;; The twins.
(assert_trap (invoke $c "wrong" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $c "wrong" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke $d "wrong") "indirect call type mismatch")
(assert_unlinkable (module (import "c" "get" (func))) "incompatible import type")
