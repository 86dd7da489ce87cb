;;! issue = "WAMR#4041"
;;! why = "compiled ahead of time, an indirect call of any element but the first crashed"
;;! base = "wasm1"

;; Mechanism: the width of a table's elements differed between the compiler and the runtime, so that
;; only element 0 was at the expected address.
;; The official suite calls later elements, but runs nothing that was compiled ahead of time.

;; The situation of the report: the module's own table, and calls by constant indices.
(module
  (type $get (func (param i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $one $two)
  (func $one (type $get) (i32.add (local.get 0) (i32.const 1)))
  (func $two (type $get) (i32.add (local.get 0) (i32.const 2)))
  (func (export "first") (param i32) (result i32)
    (call_indirect (type $get) (local.get 0) (i32.const 0)))
  (func (export "second") (param i32) (result i32)
    (call_indirect (type $get) (local.get 0) (i32.const 1))))
(assert_return (invoke "first" (i32.const 10)) (i32.const 11))
(assert_return (invoke "second" (i32.const 10)) (i32.const 12))

;; An imported table, and constant and variable indices.
(module $exporter
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  (table (export "table") funcref (elem $one $two $three $one $two)))
(register "exporter" $exporter)

(module
  (type $get (func (result i32)))
  (import "exporter" "table" (table 5 funcref))
  (func (export "first") (result i32) (call_indirect (type $get) (i32.const 0)))
  (func (export "second") (result i32) (call_indirect (type $get) (i32.const 1)))
  (func (export "third") (result i32) (call_indirect (type $get) (i32.const 2)))
  (func (export "last") (result i32) (call_indirect (type $get) (i32.const 4)))
  (func (export "after the last") (result i32) (call_indirect (type $get) (i32.const 5)))
  (func (export "variable") (param i32) (result i32) (call_indirect (type $get) (local.get 0))))

(assert_return (invoke "first") (i32.const 1))
(assert_return (invoke "second") (i32.const 2))
(assert_return (invoke "third") (i32.const 3))
(assert_return (invoke "last") (i32.const 2))
(assert_return (invoke "variable" (i32.const 0)) (i32.const 1))
(assert_return (invoke "variable" (i32.const 1)) (i32.const 2))
(assert_return (invoke "variable" (i32.const 2)) (i32.const 3))
(assert_return (invoke "variable" (i32.const 3)) (i32.const 1))
(assert_return (invoke "variable" (i32.const 4)) (i32.const 2))
(assert_trap (invoke "after the last") "undefined element")
(assert_trap (invoke "variable" (i32.const 5)) "undefined element")
