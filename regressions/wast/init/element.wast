;;! why = "an element segment out of bounds traps; functions that earlier segments wrote stay callable, although their instantiation failed"

(module $t
  (type $get (func (result i32)))
  (table (export "table") 4 8 funcref)
  (memory (export "memory") 1)
  (func (export "call") (param i32) (result i32) (call_indirect (type $get) (local.get 0)))
  (func (export "is_null") (param i32) (result i32) (ref.is_null (table.get (local.get 0))))
  (func (export "clear") (table.fill (i32.const 0) (ref.null func) (i32.const 4)))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0))))
(register "t" $t)

;; The second of three segments is one element too long.
(assert_trap
  (module
    (table (import "t" "table") 4 funcref)
    (memory (import "t" "memory") 1)
    (func $one (result i32) (i32.const 1))
    (func $two (result i32) (i32.const 2))
    (elem (i32.const 0) $one)
    (elem (i32.const 3) $two $two)
    (elem (i32.const 1) $two)
    (data (i32.const 0) "never"))
  "out of bounds table access")
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke $t "is_null" (i32.const 1)) (i32.const 1))
(assert_return (invoke $t "is_null" (i32.const 3)) (i32.const 1))
(assert_return (invoke $t "byte" (i32.const 0)) (i32.const 0))
(assert_return (invoke $t "clear"))

;; All element segments are written before all data segments.
(assert_trap
  (module
    (table (import "t" "table") 4 funcref)
    (memory (import "t" "memory") 1)
    (func $three (result i32) (i32.const 3))
    (data (i32.const 0) "kept")
    (data (i32.const 0x10000) "!")
    (data (i32.const 8) "never")
    (elem (i32.const 2) $three))
  "out of bounds memory access")
(assert_return (invoke $t "call" (i32.const 2)) (i32.const 3))
(assert_return (invoke $t "byte" (i32.const 0)) (i32.const 0x6b))
(assert_return (invoke $t "byte" (i32.const 8)) (i32.const 0))
(assert_return (invoke $t "clear"))

;; An empty segment is in bounds at the end, but not beyond it.
(module (table (import "t" "table") 4 funcref) (elem (i32.const 4)))
(assert_trap
  (module (table (import "t" "table") 4 funcref) (elem (i32.const 5)))
  "out of bounds table access")

;; A function that stays in the table keeps its instance's whole state: its memory, global, table
;; and passive segments, which nothing else can reach.
(assert_trap
  (module
    (type $get (func (result i32)))
    (table $theirs (import "t" "table") 4 funcref)
    (table $own 1 funcref)
    (memory 1)
    (global $count (mut i32) (i32.const 40))
    (func $forty_two (type $get) (i32.const 42))
    (func $from_memory (type $get) (i32.load8_u (i32.const 3)))
    (func $from_global (type $get)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (global.get $count))
    (func $from_table (type $get) (call_indirect $own (type $get) (i32.const 0)))
    (func $from_segment (type $get)
      (memory.init $passive (i32.const 100) (i32.const 0) (i32.const 2))
      (i32.load8_u (i32.const 101)))
    (elem (table $theirs) (i32.const 0) func $from_memory $from_global $from_table $from_segment)
    (elem (table $own) (i32.const 0) func $forty_two)
    (data $passive "\07\09")
    (data (i32.const 0) "\00\01\02\33")
    (data (i32.const 0x10000) "!"))
  "out of bounds memory access")
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 0x33))
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 41))
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 42))
(assert_return (invoke $t "call" (i32.const 2)) (i32.const 42))
(assert_return (invoke $t "call" (i32.const 3)) (i32.const 9))

;; The same if an element segment traps, before any data segment is reached.
(assert_trap
  (module
    (type $get (func (result i32)))
    (table $theirs (import "t" "table") 4 funcref)
    (memory 1)
    (global $g (mut i32) (i32.const 77))
    (func $grow (type $get) (memory.grow (i32.const 2)))
    (func $get (type $get) (global.get $g))
    (elem (table $theirs) (i32.const 0) func $grow $get)
    (elem (table $theirs) (i32.const 4) func $get)
    (data (i32.const 0) "never"))
  "out of bounds table access")
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 3))
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 77))

;; A segment that was written is dropped, and traps when it is used again; a segment that was not
;; reached still exists.
(assert_trap
  (module
    (table $theirs (import "t" "table") 4 funcref)
    (memory 1)
    (func $one (result i32) (i32.const 1))
    (func $again (result i32)
      (table.init $theirs $written (i32.const 0) (i32.const 0) (i32.const 1)) (i32.const 1))
    (func $late (result i32)
      (memory.init $unreached (i32.const 0) (i32.const 0) (i32.const 5))
      (i32.load8_u (i32.const 4)))
    (elem $written (table $theirs) (i32.const 0) func $again $late)
    (data $trapping (i32.const 0x10000) "!")
    (data $unreached (i32.const 0) "later"))
  "out of bounds memory access")
(assert_trap (invoke $t "call" (i32.const 0)) "out of bounds table access")
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 0x72))

;; The same for elements: neither the segment that traps nor one behind it is dropped.
(assert_trap
  (module
    (table $theirs (import "t" "table") 4 funcref)
    (func $eight (result i32) (i32.const 8))
    (func $nine (result i32) (i32.const 9))
    (func $from_trapping (result i32)
      (table.init $theirs $trapping (i32.const 2) (i32.const 0) (i32.const 1)) (i32.const 1))
    (func $from_unreached (result i32)
      (table.init $theirs $unreached (i32.const 3) (i32.const 0) (i32.const 1)) (i32.const 2))
    (elem (table $theirs) (i32.const 0) func $from_trapping $from_unreached)
    (elem $trapping (table $theirs) (i32.const 4) func $eight)
    (elem $unreached (table $theirs) (i32.const 3) func $nine))
  "out of bounds table access")
(assert_return (invoke $t "call" (i32.const 0)) (i32.const 1))
(assert_return (invoke $t "call" (i32.const 2)) (i32.const 8))
(assert_return (invoke $t "call" (i32.const 1)) (i32.const 2))
(assert_return (invoke $t "call" (i32.const 3)) (i32.const 9))
