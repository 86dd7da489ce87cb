;;! issue = "wazero, no report"
;;! why = "data segments were written before element segments, so a failing instantiation left another module's table untouched"
;;! base = "wasm2"

;; Mechanism: all segments were checked, and data was written first; the trap of a data segment came
;; before any element was in its table.
;; The official suite has this case for a function that uses nothing of its instance, in a module
;; without function imports. Here the function that is left behind calls an import.

(module $t
  (table (export "table") 4 funcref)
  (memory (export "memory") 1)
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0))))
(register "t" $t)

;; K = 1, so that the functions left behind have two kinds of indices.
(assert_trap
  (module
    (import "t" "byte" (func $byte (param i32) (result i32)))
    (import "t" "table" (table 4 funcref))
    (import "t" "memory" (memory 1))
    (func $one (result i32) (i32.const 1))
    (func $first (result i32) (call $byte (i32.const 0)))
    (data (i32.const 0) "\07")
    (data (i32.const 0x10000) "!")
    (data (i32.const 1) "\08")
    (elem (i32.const 0) $one $first))
  "out of bounds memory access")
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 7))
(assert_return (invoke $t "byte" (i32.const 0)) (i32.const 7))
(assert_return (invoke $t "byte" (i32.const 1)) (i32.const 0))

;; The twin: if an element segment fails, no data is written.
(assert_trap
  (module
    (import "t" "table" (table 4 funcref))
    (import "t" "memory" (memory 1))
    (func $two (result i32) (i32.const 2))
    (data (i32.const 2) "\09")
    (elem (i32.const 2) $two)
    (elem (i32.const 4) $two))
  "out of bounds table access")
(assert_return (invoke $t "call" (i32.const 2)) (i32.const 2))
(assert_trap (invoke $t "call" (i32.const 3)) "uninitialized element")
(assert_return (invoke $t "byte" (i32.const 2)) (i32.const 0))
