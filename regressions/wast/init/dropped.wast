;;! why = "an active segment is dropped as soon as it is written, and one that is declared at once: nothing can be copied out of it later"

(module
  (memory 1)
  (table 4 funcref)
  (data $active (i32.const 0) "active")
  (data $empty (i32.const 8) "")
  (data $passive "passive")
  (elem $written (i32.const 0) func $f)
  (elem $declared declare func $f)
  (elem $kept func $f)
  (func $f (result i32) (i32.const 7))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
  (func (export "active") (param $from i32) (param $len i32)
    (memory.init $active (i32.const 16) (local.get $from) (local.get $len)))
  (func (export "empty") (param $from i32) (param $len i32)
    (memory.init $empty (i32.const 16) (local.get $from) (local.get $len)))
  (func (export "passive") (param $from i32) (param $len i32)
    (memory.init $passive (i32.const 16) (local.get $from) (local.get $len)))
  (func (export "written") (param $from i32) (param $len i32)
    (table.init $written (i32.const 1) (local.get $from) (local.get $len)))
  (func (export "declared") (param $from i32) (param $len i32)
    (table.init $declared (i32.const 1) (local.get $from) (local.get $len)))
  (func (export "kept") (param $from i32) (param $len i32)
    (table.init $kept (i32.const 1) (local.get $from) (local.get $len)))
  (func (export "drop again") (data.drop $active) (elem.drop $written) (elem.drop $declared)))

;; The active segment was written, and has no bytes left.
(assert_return (invoke "byte" (i32.const 0)) (i32.const 0x61))
(assert_trap (invoke "active" (i32.const 0) (i32.const 1)) "out of bounds memory access")
(assert_trap (invoke "active" (i32.const 0) (i32.const 6)) "out of bounds memory access")
(assert_trap (invoke "active" (i32.const 1) (i32.const 0)) "out of bounds memory access")
(assert_return (invoke "active" (i32.const 0) (i32.const 0)))
(assert_return (invoke "byte" (i32.const 16)) (i32.const 0))
(assert_trap (invoke "empty" (i32.const 0) (i32.const 1)) "out of bounds memory access")
(assert_return (invoke "empty" (i32.const 0) (i32.const 0)))

;; The passive one has all of its own.
(assert_return (invoke "passive" (i32.const 0) (i32.const 7)))
(assert_return (invoke "byte" (i32.const 16)) (i32.const 0x70))
(assert_trap (invoke "passive" (i32.const 1) (i32.const 7)) "out of bounds memory access")

;; The same for elements.
(assert_return (invoke "call" (i32.const 0)) (i32.const 7))
(assert_trap (invoke "written" (i32.const 0) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "written" (i32.const 1) (i32.const 0)) "out of bounds table access")
(assert_return (invoke "written" (i32.const 0) (i32.const 0)))
(assert_trap (invoke "declared" (i32.const 0) (i32.const 1)) "out of bounds table access")
(assert_return (invoke "declared" (i32.const 0) (i32.const 0)))
(assert_trap (invoke "call" (i32.const 1)) "uninitialized element")
(assert_return (invoke "kept" (i32.const 0) (i32.const 1)))
(assert_return (invoke "call" (i32.const 1)) (i32.const 7))

;; To drop them again has no effect.
(assert_return (invoke "drop again"))
(assert_trap (invoke "active" (i32.const 0) (i32.const 1)) "out of bounds memory access")
