;;! issue = "wasmtime#5608"
;;! why = "a stored module whose code calls the engine's library could not be loaded from a file"
;;! base = "wasm2"

;; Mechanism: the file was mapped read-only, and loading it has to write the addresses of the
;; library's functions into the code. The repair maps it privately; written through to the file,
;; the addresses of one process would be those of the next.
;; The official suite misses it: it is compiled where it runs, with all features of the machine.

(module definition $M
  (func (export "first") (param f32) (result f32) (f32.floor (local.get 0)))
  ;; Never called: a megabyte of code between the functions above and those below, so that the
  ;; module is worth mapping. Each call passes 200 values in memory.
  (type $some (func (result
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (type $wide (func (param
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (result
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (func $some (type $some) (unreachable))
  (func $wide (type $wide) (unreachable))
  (func $between0
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func $between1
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func $between2
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func (export "f32.ceil") (param f32) (result f32) (f32.ceil (local.get 0)))
  (func (export "f64.trunc") (param f64) (result f64) (f64.trunc (local.get 0)))
  (func (export "f64.nearest") (param f64) (result f64) (f64.nearest (local.get 0)))
  ;; Two calls in a function, and a trap after one.
  (func (export "both") (param f32 f64) (result f64)
    (f64.add (f64.promote_f32 (f32.ceil (local.get 0))) (f64.floor (local.get 1))))
  (func (export "trap") (param f32) (result i32) (i32.trunc_f32_s (f32.floor (local.get 0)))))
(@wassay.take $m (module $M))

;; As compiled for a machine without the instructions.
(@wassay.engine $A (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.expect (compiled 11) (misses 1) (stores 1))
(module instance $A $M)
(assert_return (invoke $A "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $A "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $A "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $A "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $A "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $A "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $A "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $A "trap" (f32.const 0x1p31)) "integer overflow")

;; From the file, while the code of the engine that wrote it is in use.
(@wassay.engine $B (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (corrupt 0))
(module instance $B $M)
(assert_return (invoke $B "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $B "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $B "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $B "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $B "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $B "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $B "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $B "trap" (f32.const 0x1p31)) "integer overflow")

;; A second time, from the file that was loaded, by the same engine and by another.
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 2) (corrupt 0))
(module instance $again $M)
(assert_return (invoke $again "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $again "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $again "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $again "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $again "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $again "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $again "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $again "trap" (f32.const 0x1p31)) "integer overflow")
(@wassay.engine $C (cache $dir) (cpu baseline) (demand_hits))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (corrupt 0) (stale 0))
(module instance $C $M)
(assert_return (invoke $C "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $C "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $C "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $C "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $C "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $C "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $C "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $C "trap" (f32.const 0x1p31)) "integer overflow")

;; The other loads of the file are as they were, also when one is dropped.
(@wassay.drop (sessions $A))
(@wassay.drop (engine $A))
(assert_return (invoke $C "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $C "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $C "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $C "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $C "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $C "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $C "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $C "trap" (f32.const 0x1p31)) "integer overflow")
(@wassay.engine $B)
(@wassay.drop $again)
(@wassay.collect)
(assert_return (invoke $B "first" (f32.const -1.5)) (f32.const -2))
(assert_return (invoke $B "f32.ceil" (f32.const -1.5)) (f32.const -1))
(assert_return (invoke $B "f64.trunc" (f64.const -1.75)) (f64.const -1))
(assert_return (invoke $B "f64.nearest" (f64.const 2.5)) (f64.const 2))
(assert_return (invoke $B "both" (f32.const 0.5) (f64.const 2.75)) (f64.const 3))
(assert_return (invoke $B "trap" (f32.const -1.5)) (i32.const -2))
(assert_trap (invoke $B "trap" (f32.const nan)) "invalid conversion to integer")
(assert_trap (invoke $B "trap" (f32.const 0x1p31)) "integer overflow")

;; The twin: code for a machine with the instructions may not be loaded in its place.
(@wassay.engine)
(module definition $N
  (func (export "floor") (param f32) (result f32) (f32.floor (local.get 0))))
(@wassay.take $n (module $N))
(@wassay.engine $more (cache $dir) (cpu more))
(@wassay.compile $N $n)
(@wassay.serialize $bytes $N)
(@wassay.engine $B)
(@wassay.assert_incompatible $bytes)
(@wassay.compile $N $n)
(@wassay.expect (compiled 1) (hits 2) (misses 1) (stale 0))
(module instance $N $N)
(assert_return (invoke $N "floor" (f32.const -1.5)) (f32.const -2))
