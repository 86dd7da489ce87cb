;;! issue = "wasmer#2434"
;;! why = "the second load of an artifact broke the engine"
;;! base = "wasm2"

;; Mechanism: all loads of one artifact shared the address of its code, and the engine registered
;; the places of its functions with each load. The second time they were there already, which an
;; assertion excluded.
;; The official suite misses it: a script of the specification has no serialized modules.

(module definition $M
  (global $count (mut i32) (i32.const 0))
  (func $next (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "trap") (result i32) (i32.div_u (call $next) (i32.const 0))))

;; The one that was compiled is in use while others are loaded.
(module instance $compiled $M)
(@wassay.serialize $bytes $M)
(@wassay.backtrace $t (invoke $compiled "trap"))
(@wassay.deserialize $one $bytes)
(module instance $one $one)
(@wassay.deserialize $two $bytes)
(module instance $two $two)
(@wassay.deserialize $three $bytes)
(module instance $three $three)
(@wassay.deserialize $four $bytes)
(module instance $four $four)
(@wassay.assert_return (invoke $one "next") (i32.const 1))
(@wassay.assert_backtrace $t (invoke $one "trap"))
(@wassay.assert_return (invoke $two "next") (i32.const 1))
(@wassay.assert_backtrace $t (invoke $two "trap"))
(@wassay.assert_return (invoke $three "next") (i32.const 1))
(@wassay.assert_backtrace $t (invoke $three "trap"))
(@wassay.assert_return (invoke $four "next") (i32.const 1))
(@wassay.assert_backtrace $t (invoke $four "trap"))
(@wassay.assert_return (invoke $compiled "next") (i32.const 2))

;; One is dropped, and the others still have the tables of their code.
(@wassay.drop $two)
(@wassay.drop (module $M))
(@wassay.collect)
(@wassay.assert_return (invoke $one "next") (i32.const 3))
(@wassay.assert_backtrace $t (invoke $one "trap"))
(@wassay.assert_return (invoke $three "next") (i32.const 3))
(@wassay.assert_backtrace $t (invoke $three "trap"))
(@wassay.assert_return (invoke $four "next") (i32.const 3))
(@wassay.assert_backtrace $t (invoke $four "trap"))
(@wassay.assert_backtrace $t (invoke $compiled "trap"))

;; In another engine, and from a directory.
(@wassay.engine $A)
(@wassay.deserialize $one $bytes)
(@wassay.deserialize $two $bytes)
(module instance $one $one)
(module instance $two $two)
(@wassay.assert_backtrace $t (invoke $one "trap"))
(@wassay.assert_backtrace $t (invoke $two "trap"))
