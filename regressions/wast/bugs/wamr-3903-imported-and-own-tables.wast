;;! issue = "WAMR#3903"
;;! why = "compiled ahead of time, a segment for a table was written into another, because imported tables were not counted"
;;! base = "wasm2"

;; Mechanism: the index of a table, which counts imports, was used among the tables that the module
;; defines, and the reverse.
;; The official suite misses it: no module of it has both kinds of tables, of different lengths, and
;; uses each with more than call_indirect.

(module $tables
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (table $a (export "a") 3 10 funcref)
  (table $b (export "b") 5 10 funcref)
  (elem (table $a) (i32.const 0) func $one)
  (elem (table $b) (i32.const 0) func $two)
  (func (export "in a") (param i32) (result i32)
    (call_indirect $a (result i32) (local.get 0)))
  (func (export "in b") (param i32) (result i32)
    (call_indirect $b (result i32) (local.get 0))))
(register "tables" $tables)

(module $user
  (type $get (func (result i32)))
  (table $a (import "tables" "a") 3 10 funcref)
  (table $b (import "tables" "b") 5 10 funcref)
  (table $c 7 10 funcref)
  (table $d 9 10 funcref)
  (func $ten (type $get) (i32.const 10))
  (func $eleven (type $get) (i32.const 11))
  (func $twelve (type $get) (i32.const 12))
  (func $thirteen (type $get) (i32.const 13))
  ;; Each at the table's last element.
  (elem (table $a) (i32.const 2) func $ten)
  (elem (table $b) (i32.const 4) func $eleven)
  (elem (table $c) (i32.const 6) func $twelve)
  (elem (table $d) (i32.const 8) func $thirteen)
  (elem $p func $twelve)
  (func (export "sizes") (result i32 i32 i32 i32)
    (table.size $a) (table.size $b) (table.size $c) (table.size $d))
  (func (export "a") (param i32) (result i32) (call_indirect $a (type $get) (local.get 0)))
  (func (export "b") (param i32) (result i32) (call_indirect $b (type $get) (local.get 0)))
  (func (export "c") (param i32) (result i32) (call_indirect $c (type $get) (local.get 0)))
  (func (export "d") (param i32) (result i32) (call_indirect $d (type $get) (local.get 0)))
  (func (export "copy c to a") (table.copy $a $c (i32.const 1) (i32.const 6) (i32.const 1)))
  (func (export "copy b to d") (table.copy $d $b (i32.const 0) (i32.const 0) (i32.const 5)))
  (func (export "init b") (table.init $b $p (i32.const 3) (i32.const 0) (i32.const 1)))
  (func (export "fill c") (table.fill $c (i32.const 0) (table.get $d (i32.const 8)) (i32.const 6)))
  (func (export "set d") (table.set $d (i32.const 7) (table.get $a (i32.const 0))))
  (func (export "grow b") (result i32) (table.grow $b (ref.null func) (i32.const 1)))
  (func (export "grow d") (result i32) (table.grow $d (ref.null func) (i32.const 1))))

(assert_return (invoke "sizes") (i32.const 3) (i32.const 5) (i32.const 7) (i32.const 9))
(assert_return (invoke "a" (i32.const 0)) (i32.const 1))
(assert_return (invoke "b" (i32.const 0)) (i32.const 2))
(assert_return (invoke "a" (i32.const 2)) (i32.const 10))
(assert_return (invoke "b" (i32.const 4)) (i32.const 11))
(assert_return (invoke "c" (i32.const 6)) (i32.const 12))
(assert_return (invoke "d" (i32.const 8)) (i32.const 13))
(assert_return (invoke $tables "in a" (i32.const 2)) (i32.const 10))
(assert_return (invoke $tables "in b" (i32.const 4)) (i32.const 11))
;; Nothing is anywhere else.
(assert_trap (invoke "b" (i32.const 2)) "uninitialized element")
(assert_trap (invoke "c" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "c" (i32.const 2)) "uninitialized element")
(assert_trap (invoke "c" (i32.const 4)) "uninitialized element")
(assert_trap (invoke "d" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "d" (i32.const 6)) "uninitialized element")
;; Each table has its own end.
(assert_trap (invoke "a" (i32.const 3)) "undefined element")
(assert_trap (invoke "b" (i32.const 5)) "undefined element")
(assert_trap (invoke "c" (i32.const 7)) "undefined element")
(assert_trap (invoke "d" (i32.const 9)) "undefined element")

(assert_return (invoke "copy c to a"))
(assert_return (invoke $tables "in a" (i32.const 1)) (i32.const 12))
(assert_return (invoke "copy b to d"))
(assert_return (invoke "d" (i32.const 0)) (i32.const 2))
(assert_return (invoke "d" (i32.const 4)) (i32.const 11))
(assert_return (invoke "init b"))
(assert_return (invoke $tables "in b" (i32.const 3)) (i32.const 12))
(assert_return (invoke "fill c"))
(assert_return (invoke "c" (i32.const 0)) (i32.const 13))
(assert_return (invoke "c" (i32.const 6)) (i32.const 12))
(assert_return (invoke "set d"))
(assert_return (invoke "d" (i32.const 7)) (i32.const 1))
(assert_return (invoke "grow b") (i32.const 5))
(assert_return (invoke "grow d") (i32.const 9))
(assert_return (invoke "sizes") (i32.const 3) (i32.const 6) (i32.const 7) (i32.const 10))
