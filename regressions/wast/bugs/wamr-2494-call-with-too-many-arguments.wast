;;! issue = "WAMR#2494"
;;! why = "compiled ahead of time, an indirect call with one argument too many ran instead of trapping"
;;! base = "wasm1"

;; Mechanism: unknown. The report is open: a C program that was compiled ahead of time casts a
;; pointer to a function and calls it, and the call runs; but its simplified program traps as it
;; should.
;; The official suite has such calls, but runs nothing that was compiled ahead of time, and they are
;; of the module's own functions. Here functions are imported, too, from a module that has an import
;; itself.

(module $exporter
  (import "spectest" "print" (func $print))
  (func (export "one") (param i32) (result i32) (i32.const 1))
  (func (export "two") (param i32 i32) (result i32) (i32.const 2)))
(register "exporter" $exporter)

(module
  (type $one (func (param i32) (result i32)))
  (type $two (func (param i32 i32) (result i32)))
  (type $two_mixed (func (param i32 i64) (result i32)))
  (type $one_void (func (param i32)))
  (import "exporter" "one" (func $one (type $one)))
  (import "exporter" "two" (func $two (type $two)))
  (func $own (type $one) (i32.const 3))
  (table funcref (elem $one $two $own))
  (func (export "with one") (param i32) (result i32)
    (call_indirect (type $one) (i32.const 8) (local.get 0)))
  (func (export "with two") (param i32) (result i32)
    (call_indirect (type $two) (i32.const 8) (i32.const 9) (local.get 0)))
  (func (export "with two mixed") (param i32) (result i32)
    (call_indirect (type $two_mixed) (i32.const 8) (i64.const 9) (local.get 0)))
  (func (export "without result") (param i32)
    (call_indirect (type $one_void) (i32.const 8) (local.get 0))))

(assert_return (invoke "with one" (i32.const 0)) (i32.const 1))
(assert_return (invoke "with two" (i32.const 1)) (i32.const 2))
(assert_return (invoke "with one" (i32.const 2)) (i32.const 3))

;; The twins: too many arguments, too few, one of another type, and a result left behind.
(assert_trap (invoke "with two" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "with two" (i32.const 2)) "indirect call type mismatch")
(assert_trap (invoke "with one" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "with two mixed" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "without result" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "without result" (i32.const 2)) "indirect call type mismatch")
