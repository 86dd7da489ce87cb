(module (func (export "f")))
;; café
(assert_return (invoke "f"))
(assert_return (invoke "ÿþ"))
(assert_return (; ð( ;) (invoke "f"))
(assert_return (invoke "f"))
