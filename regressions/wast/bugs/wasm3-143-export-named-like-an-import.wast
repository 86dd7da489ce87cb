;;! issue = "wasm3#143"
;;! why = "an export was looked up by name among all functions and found an import of the same name"
;;! base = "wasm1"

;; Mechanism: names of imports and of exports were kept in one place.
;; The official suite has had one export of this kind since this report. Here the names of an
;; import, of its module and of an export coincide for every kind, several imports have one name,
;; and types may be equal, so that only the result differs.

;; The situation of the report: an export calls the import of the same name, which has another type.
(module $m
  (func (export "f") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
(register "m" $m)
(module $user
  (import "m" "f" (func $m_f (param i32 i32) (result i32)))
  (func (export "f") (param i32) (result i32) (call $m_f (local.get 0) (i32.const 20))))
(assert_return (invoke $user "f" (i32.const 1)) (i32.const 21))

;; The same with equal types, and with every kind.
(module $m
  (func (export "f") (result i32) (i32.const 1))
  (func (export "g") (result i32) (i32.const 2))
  (global (export "x") i32 (i32.const 3))
  (memory (export "m") 1)
  (data (i32.const 0) "\04")
  (table (export "t") 1 funcref)
  (func $five (result i32) (i32.const 5))
  (elem (i32.const 0) $five))
(register "m" $m)
;; The same names once more, in a module whose name is one of them.
(module $n
  (func (export "f") (result i32) (i32.const 6))
  (func (export "g") (result i64) (i64.const 7)))
(register "f" $n)

(module $user
  (import "m" "f" (func $m_f (result i32)))
  (import "f" "f" (func $f_f (result i32)))
  (import "m" "g" (func $m_g (result i32)))
  (import "m" "f" (func $m_f_again (result i32)))
  (import "m" "x" (global $x i32))
  (import "m" "m" (memory 1))
  (import "m" "t" (table 1 funcref))
  ;; Each exported name is that of an import, but none is that import.
  (func (export "f") (result i32) (i32.const 10))
  (func (export "x") (result i32) (global.get $x))
  (func (export "m") (result i32) (i32.load8_u (i32.const 0)))
  (func (export "t") (result i32) (call_indirect (result i32) (i32.const 0)))
  (global (export "g") i32 (i32.const 11))
  ;; And these are imports under other names.
  (export "m f" (func $m_f))
  (export "f f" (func $f_f))
  (export "m g" (func $m_g))
  (func (export "direct m f") (result i32) (call $m_f))
  (func (export "direct f f") (result i32) (call $f_f))
  (func (export "direct m g") (result i32) (call $m_g))
  (func (export "direct m f again") (result i32) (call $m_f_again)))
(register "user" $user)

(assert_return (invoke $user "f") (i32.const 10))
(assert_return (invoke $user "x") (i32.const 3))
(assert_return (invoke $user "m") (i32.const 4))
(assert_return (invoke $user "t") (i32.const 5))
(assert_return (get $user "g") (i32.const 11))
(assert_return (invoke $user "m f") (i32.const 1))
(assert_return (invoke $user "f f") (i32.const 6))
(assert_return (invoke $user "m g") (i32.const 2))
(assert_return (invoke $user "direct m f") (i32.const 1))
(assert_return (invoke $user "direct f f") (i32.const 6))
(assert_return (invoke $user "direct m g") (i32.const 2))
(assert_return (invoke $user "direct m f again") (i32.const 1))

;; An importer, too, gets the export.
(module
  (import "user" "f" (func $f (result i32)))
  (import "user" "g" (global $g i32))
  (func (export "f") (result i32) (call $f))
  (func (export "g") (result i32) (global.get $g)))
(assert_return (invoke "f") (i32.const 10))
(assert_return (invoke "g") (i32.const 11))

;; The twins: what is only imported under a name is no export, and a kind is no other kind.
(assert_unlinkable (module (import "user" "f f f" (func))) "unknown import")
(assert_unlinkable (module (import "user" "g" (func (result i32)))) "incompatible import type")
(assert_unlinkable (module (import "user" "m" (memory 1))) "incompatible import type")
(assert_unlinkable (module (import "user" "t" (table 1 funcref))) "incompatible import type")
(assert_unlinkable (module (import "f" "x" (global i32))) "unknown import")
