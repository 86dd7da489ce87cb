(module $M (func (export "f")))
(assert_return (invoke $M "f")
(@wassay.drop $M)
(assert_return (invoke $M "f"))
