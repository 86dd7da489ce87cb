;;! why = "what goes wrong in a thread is the failure of the wait"

(module $M (func (export "f") (result i32) (i32.const 1)))
(thread $good
  (module (func (export "f") (result i32) (i32.const 2)))
  (assert_return (invoke "f") (i32.const 2)))
(thread $bad
  (module (func (export "f") (result i32) (i32.const 2)))
  (assert_return (invoke "f") (i32.const 2))
  (thread $inner
    (module (func (export "f") (result i32) (i32.const 3)))
    (assert_return (invoke "f") (i32.const 4)))
  (wait $inner))
(thread $outside (assert_return (invoke $M "f") (i32.const 1)))
(wait $good)
(wait $bad)
(wait $outside)
(wait $nobody)
(thread $alone (assert_return (invoke "f")))
(assert_return (invoke "f") (i32.const 1))
