;; A mistake of the script is not blamed on the engine.
(module $A
  (table (export "t") 1 externref)
  (global (export "i") funcref (ref.null func))
  (global (export "n") (mut i32) (i32.const 0))
  (func (export "f") (result i32) (i32.const 1)))
(@wassay.take $f (export $A "f"))
(@wassay.put (table "t" 0) $f)
(@wassay.put (global "i") $f)
(@wassay.put (global "n") $f)

;; Nor is an import whose handle the script has dropped.
(@wassay.register "host" "f" $f)
(module (import "host" "f" (func (result i32))))
(@wassay.drop (kept $f))
(module (import "host" "f" (func (result i32))))

;; Nor is a use in another session.
(@wassay.take $g (export $A "f"))
(@wassay.session $B)
(@wassay.host $h (func (result i32)) (call $g))
(@wassay.assert_return (call $g) (i32.const 1))
(module (table (export "t") 1 funcref))
(@wassay.put (table "t" 0) $g)
(@wassay.assert_refused (put (table "t" 0) $g))

;; What the embedder registers in `spectest` leaves the other names as they are.
(@wassay.host $p (func (param i32)))
(@wassay.register "spectest" "print_i32" $p)
(@wassay.register "spectest" "more" $p)
(module
  (import "spectest" "print_i32" (func (param i32)))
  (import "spectest" "print_i64" (func (param i64)))
  (import "spectest" "more" (func (param i32))))
(assert_unlinkable (module (import "spectest" "none" (func))) "unknown import")
