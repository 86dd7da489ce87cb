;;! why = "a call with the wrong arguments is a mistake of the script, not of the engine"

(module
  (func (export "none"))
  (func (export "two") (param i32 f64) (result i32) (local.get 0))
  (func (export "ref") (param externref)))
(assert_return (invoke "two" (i32.const 1)) (i32.const 1))
(assert_return (invoke "two" (i32.const 1) (f32.const 2)) (i32.const 1))
(assert_return (invoke "none" (i64.const 1)))
(assert_return (invoke "ref" (i32.const 1)))
(assert_trap (invoke "two") "unreachable")
(invoke "two" (i32.const 1) (f64.const 2))
(assert_return (invoke "two" (i32.const 1) (f64.const 2)) (i32.const 1))
