(module (func (export "f"))
(assert_return (invoke "f"))
(module (func (export "g"))))
(assert_return (invoke "g"))
stray "tokens" here )
(assert_invalid
(module (func (result i32)))
"type mismatch")
(; never
  closed
(assert_return (invoke "g"))
(invoke "g"