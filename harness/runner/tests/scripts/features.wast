;;! why = "what waits for a feature says for which, and so does what depends on it"

(module $scalar (func (export "f") (result i32) (i32.const 1)))
(module $vector (func (export "f") (result v128) (v128.const i64x2 1 2)))
(assert_return (invoke $vector "f") (v128.const i64x2 1 2))
(assert_return (invoke $scalar "f") (i32.const 1))
(register "vector" $vector)
(module (import "vector" "f" (func)))
(module (import "spectest" "table64" (table i64 10 funcref)))
(assert_invalid (module (func (result v128) (i8x16.splat (i64.const 0)))) "type mismatch")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_malformed (module quote "(func (v128.const))") "unexpected token")
(module $gc (type (struct)))
(assert_suspension (invoke $scalar "f") "unhandled")
