;;! issue = "wasmer#3385"
;;! why = "a store of one engine accepted a module of another engine"
;;! base = "wasm2"

;; Mechanism: nothing compared the module's engine with that of the store, and instantiating the
;; module crashed.
;; The official suite misses it: a script of the specification has one engine.

;; The first engine may have had modules of other scripts, so two new ones are compared: their
;; modules have the same numbers.
(@wassay.engine $one)
(module $M (func (export "f") (result i32) (i32.const 601)))
(@wassay.take $module (module $M))
(@wassay.take $func (export $M "f"))

(@wassay.engine $other)
(module $N (func (export "f") (result i32) (i32.const 602)))
(@wassay.take $module2 (module $N))
(@wassay.take $func2 (export $N "f"))
(@wassay.assert_refused (instance $module))
(@wassay.assert_refused (call $func))
(@wassay.assert_return (call $func2) (i32.const 602))

;; Another session of this engine takes its own module, and no other.
(@wassay.session $second)
(@wassay.instance $N $module2)
(@wassay.assert_return (invoke $N "f") (i32.const 602))
(@wassay.assert_refused (instance $module))
(@wassay.assert_refused (call $func2))

(@wassay.engine $one)
(@wassay.assert_refused (instance $module2))
(@wassay.assert_return (call $func) (i32.const 601))
(assert_return (invoke $M "f") (i32.const 601))
