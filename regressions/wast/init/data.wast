;;! why = "a data segment out of bounds traps, and the bytes that earlier segments wrote into another module's memory stay"

(module $m
  (memory (export "memory") 1 2)
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "clear") (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x10000)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1))))
(register "m" $m)

;; The second of three segments is one byte too long: the first segment is written, no byte of the
;; second is, and the third is not reached.
(assert_trap
  (module
    (memory (import "m" "memory") 1)
    (data (i32.const 0) "first")
    (data (i32.const 0xfffc) "fives")
    (data (i32.const 16) "third"))
  "out of bounds memory access")
(assert_return (invoke $m "byte" (i32.const 0)) (i32.const 0x66))
(assert_return (invoke $m "byte" (i32.const 4)) (i32.const 0x74))
(assert_return (invoke $m "byte" (i32.const 0xfffb)) (i32.const 0))
(assert_return (invoke $m "byte" (i32.const 0xfffc)) (i32.const 0))
(assert_return (invoke $m "byte" (i32.const 0xffff)) (i32.const 0))
(assert_return (invoke $m "byte" (i32.const 16)) (i32.const 0))
(assert_return (invoke $m "clear"))

;; An offset that is negative as a signed number is large, not before the memory.
(assert_trap
  (module
    (memory (import "m" "memory") 1)
    (data (i32.const 8) "kept")
    (data (i32.const -1) "x"))
  "out of bounds memory access")
(assert_return (invoke $m "byte" (i32.const 8)) (i32.const 0x6b))
(assert_return (invoke $m "clear"))

;; An empty segment is in bounds at the end, but not beyond it.
(module
  (memory (import "m" "memory") 1)
  (data (i32.const 0x10000) ""))
(assert_trap
  (module
    (memory (import "m" "memory") 1)
    (data (i32.const 0) "kept")
    (data (i32.const 0x10001) ""))
  "out of bounds memory access")
(assert_return (invoke $m "byte" (i32.const 0)) (i32.const 0x6b))
(assert_return (invoke $m "clear"))

;; Later segments overwrite earlier ones, up to the one that traps.
(assert_trap
  (module
    (memory (import "m" "memory") 1)
    (data (i32.const 0) "aaaa")
    (data (i32.const 1) "bb")
    (data (i32.const 0x10000) "!"))
  "out of bounds memory access")
(assert_return (invoke $m "byte" (i32.const 0)) (i32.const 0x61))
(assert_return (invoke $m "byte" (i32.const 1)) (i32.const 0x62))
(assert_return (invoke $m "byte" (i32.const 2)) (i32.const 0x62))
(assert_return (invoke $m "byte" (i32.const 3)) (i32.const 0x61))
(assert_return (invoke $m "clear"))

;; The current size is the bound, not the one in the type.
(assert_trap
  (module
    (memory (import "m" "memory") 1)
    (data (i32.const 0x1fffc) "four"))
  "out of bounds memory access")
(assert_return (invoke $m "grow") (i32.const 1))
(module
  (memory (import "m" "memory") 1)
  (data (i32.const 0x1fffc) "four"))
(assert_return (invoke $m "byte" (i32.const 0x1ffff)) (i32.const 0x72))

;; The offset may be an imported global.
(module $g (global (export "far") i32 (i32.const 0x1fffd)))
(register "g" $g)
(assert_trap
  (module
    (global $far (import "g" "far") i32)
    (memory (import "m" "memory") 1)
    (data (i32.const 32) "kept")
    (data (global.get $far) "four"))
  "out of bounds memory access")
(assert_return (invoke $m "byte" (i32.const 32)) (i32.const 0x6b))
(assert_return (invoke $m "byte" (i32.const 0x1fffd)) (i32.const 0x6f))
