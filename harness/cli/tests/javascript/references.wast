;;! gc = true
;;! why = "references cross the border of JavaScript as its own values, and are classified inside wasm"

(module
  (type $struct (struct (field i32)))
  (type $array (array i8))
  (func (export "extern") (param externref) (result externref) (local.get 0))
  (func (export "internal") (param externref) (result anyref) (any.convert_extern (local.get 0)))
  (func (export "external") (param anyref) (result externref) (extern.convert_any (local.get 0)))
  (func (export "small") (param i32) (result i31ref) (ref.i31 (local.get 0)))
  (func (export "struct") (result (ref $struct)) (struct.new $struct (i32.const 1)))
  (func (export "array") (result anyref) (array.new_default $array (i32.const 2)))
  (func (export "eq") (result eqref) (struct.new $struct (i32.const 1)))
  (func $f (export "func") (result funcref) (ref.func $f))
  (func (export "none") (result nullref) (ref.null none)))

(assert_return (invoke "extern" (ref.extern 7)) (ref.extern 7))
(assert_return (invoke "extern" (ref.null extern)) (ref.null extern))
(assert_return (invoke "internal" (ref.extern 7)) (ref.host 7))
(assert_return (invoke "external" (ref.host 8)) (ref.extern 8))
(assert_return (invoke "small" (i32.const -1)) (ref.i31))
(assert_return (invoke "struct") (ref.struct))
(assert_return (invoke "array") (ref.array))
(assert_return (invoke "eq") (ref.eq))
(assert_return (invoke "func") (ref.func))
(assert_return (invoke "none") (ref.null none))
