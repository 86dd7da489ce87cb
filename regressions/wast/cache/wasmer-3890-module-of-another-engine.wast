;;! issue = "wasmer#3890"
;;! why = "a module that another engine had loaded ran, and accessed memory out of bounds"
;;! base = "wasm2"

;; Mechanism: nothing compared the engine of an artifact with the engine of the store that ran it.
;; The store had other memories than the code was compiled for, and the first access trapped.
;; The official suite misses it: a script of the specification has one engine.

(module definition $M
  (memory (export "memory") 1)
  (data (i32.const 65532) "\01\02\03\04")
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
(@wassay.take $m (module $M))

(@wassay.engine $guard (bounds guard) (opt none))
(@wassay.compile $M $m)
(@wassay.take $guarded (module $M))
(@wassay.serialize $guarded $M)
(module instance $M $M)
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0x0403_0201))

;; An engine with other memories takes neither the module nor its bytes.
(@wassay.engine $explicit (bounds explicit) (opt none))
(@wassay.assert_refused (instance $guarded))
(@wassay.assert_incompatible $guarded)
(@wassay.compile $M $m)
(@wassay.take $checked (module $M))
(@wassay.serialize $checked $M)
(@wassay.reload $M)
(module instance $M $M)
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0x0403_0201))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(@wassay.engine $guard)
(@wassay.assert_refused (instance $checked))
(@wassay.assert_incompatible $checked)

;; The twin: an equal engine takes the bytes, and still not the module.
(@wassay.engine $equal (bounds guard) (opt none))
(@wassay.assert_refused (instance $guarded))
(@wassay.deserialize $M $guarded)
(module instance $M $M)
(assert_return (invoke $M "load" (i32.const 65532)) (i32.const 0x0403_0201))
(assert_trap (invoke $M "load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke $M "load" (i32.const -1)) "out of bounds memory access")
