;;! why = "registered names, modules and instances are three namespaces"

(module definition $M
  (global $g (export "g") (mut i32) (i32.const 1))
  (func (export "inc") (global.set $g (i32.add (global.get $g) (i32.const 1)))))
(assert_return (invoke "inc"))            ;; no instance so far
(module instance $I $M)
(module instance $J $M)
(invoke $I "inc")
(assert_return (get $I "g") (i32.const 2))
(assert_return (get $J "g") (i32.const 1))
(assert_return (get "g") (i32.const 1))
(assert_return (get $M "g") (i32.const 1)) ;; a module is no instance
(register "x" $I)
(register "I" $J)
(module $x (import "x" "g" (global (mut i32))) (export "g" (global 0)))
(assert_return (get "g") (i32.const 2))
(assert_unlinkable (module (import "I" "h" (func))) "unknown import")
(assert_unlinkable (module (import "J" "g" (global (mut i32)))) "unknown import")
(assert_unlinkable (module (import "I" "g" (func))) "incompatible import type")
(register "y" $nobody)
(module (import "y" "f" (func)))
(module instance)
(assert_return (get "g") (i32.const 2))
(module instance $K $nothing)
(assert_return (get $K "g"))
