(module (func (export "f"))
(assert_return (invoke "f"))
(module (func (export "g"))))
(assert_return (invoke "g"))
(assert_invalid
(module (func (result i32)))
"type mismatch")
(invoke "g"
(assert_return (invoke "g"))
stray "tokens" here
(; never
  closed
(assert_return (invoke "g"))
