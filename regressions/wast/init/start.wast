;;! why = "if the start function traps, instantiation fails, but everything written before stays"

(module $host
  (type $get (func (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 4 funcref)
  (global $global (export "global") (mut i64) (i64.const 0))
  (func (export "trap") (unreachable))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (type $get) (local.get 0)))
  (func (export "pages") (result i32) (memory.size))
  (func (export "get") (result i64) (global.get $global)))
(register "host" $host)

;; Elements and data first, then what start did up to its trap.
(assert_trap
  (module
    (type $get (func (result i32)))
    (memory (import "host" "memory") 1)
    (table (import "host" "table") 4 funcref)
    (global $global (import "host" "global") (mut i64))
    (global $own (mut i32) (i32.const 5))
    (func $own (type $get) (global.get $own))
    (elem (i32.const 0) $own)
    (data (i32.const 0) "data")
    (func $start
      (i32.store8 (i32.const 1) (i32.load8_u (i32.const 0)))
      (global.set $global (i64.const 7))
      (global.set $own (i32.const 6))
      (drop (memory.grow (i32.const 1)))
      (table.set (i32.const 1) (table.get (i32.const 0)))
      (i32.store8 (i32.const 0x20000) (i32.const 1))
      (i32.store8 (i32.const 2) (i32.const 0)))
    (start $start))
  "out of bounds memory access")
(assert_return (invoke $host "byte" (i32.const 0)) (i32.const 0x64))
(assert_return (invoke $host "byte" (i32.const 1)) (i32.const 0x64))
(assert_return (invoke $host "byte" (i32.const 2)) (i32.const 0x74))
(assert_return (invoke $host "pages") (i32.const 2))
(assert_return (invoke $host "get") (i64.const 7))
(assert_return (invoke $host "call" (i32.const 0)) (i32.const 6))
(assert_return (invoke $host "call" (i32.const 1)) (i32.const 6))
(assert_trap (invoke $host "call" (i32.const 2)) "uninitialized element")

;; The start function may be an import; then another instance traps.
(assert_trap
  (module
    (func $trap (import "host" "trap"))
    (memory (import "host" "memory") 1)
    (data (i32.const 16) "stays")
    (start $trap))
  "unreachable")
(assert_return (invoke $host "byte" (i32.const 16)) (i32.const 0x73))

;; It does not run if a segment is out of bounds.
(assert_trap
  (module
    (global $global (import "host" "global") (mut i64))
    (memory 1)
    (data (i32.const 0x10000) "!")
    (func $start (global.set $global (i64.const 99)))
    (start $start))
  "out of bounds memory access")
(assert_return (invoke $host "get") (i64.const 7))

;; It does not run if an import does not match; then nothing is written.
(assert_unlinkable
  (module
    (memory (import "host" "memory") 1)
    (global (import "host" "global") i64)
    (data (i32.const 32) "never"))
  "incompatible import type")
(assert_return (invoke $host "byte" (i32.const 32)) (i32.const 0))

;; A start function that calls itself through what it wrote into another module's table.
(assert_trap
  (module
    (type $get (func (result i32)))
    (func $call (import "host" "call") (param i32) (result i32))
    (table (import "host" "table") 4 funcref)
    (global $depth (mut i32) (i32.const 0))
    (func $down (type $get)
      (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
      (if (i32.eq (global.get $depth) (i32.const 10)) (then (unreachable)))
      (call $call (i32.const 3)))
    (func $depth (type $get) (global.get $depth))
    (elem (i32.const 2) $depth $down)
    (func $start (drop (call $call (i32.const 3))))
    (start $start))
  "unreachable")
(assert_return (invoke $host "call" (i32.const 2)) (i32.const 10))

;; A valid module can still be instantiated.
(module $good
  (memory (import "host" "memory") 2)
  (global $ran (mut i32) (i32.const 0))
  (func $start (global.set $ran (i32.add (global.get $ran) (i32.load8_u (i32.const 16)))))
  (func (export "ran") (result i32) (global.get $ran))
  (start $start))
(assert_return (invoke $good "ran") (i32.const 0x73))
