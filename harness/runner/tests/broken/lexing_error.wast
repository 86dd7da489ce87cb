(module (func (export "f")))

  (assert_return (invoke "f) (i32.const 1))
(assert_return (invoke "f"))
(assert_trap (invoke "f") "un\qreachable")
(assert_return (invoke "f"))
