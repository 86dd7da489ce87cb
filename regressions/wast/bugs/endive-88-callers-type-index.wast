;;! issue = "endive#88"
;;! why = "call_indirect looked up the caller's type index in the callee's module"
;;! base = "wasm2"
;;! tail_call = true

;; Mechanism: the index in the instruction was resolved among the types of the module that defines
;; the function, where it means another type or none.
;; The official suite shares tables between modules whose types are few and nearly the same, so that
;; the index exists in both. Here the order differs, and the caller has more types than the callee.

(module $callee
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (func $get (type $get) (i32.const 1))
  (func $wide (type $wide) (i64.const 2))
  (table (export "table") funcref (elem $get $wide)))
(register "callee" $callee)

;; `$wide` has the index of `$get` in the callee's module; `$get` has one that is no type there.
(module $caller
  (type $wide (func (result i64)))
  (type $pad1 (func (param f32)))
  (type $pad2 (func (param f64)))
  (type $get (func (result i32)))
  (table $t (import "callee" "table") 2 funcref)
  (table $own 3 funcref)
  (func $three (type $get) (i32.const 3))
  (elem (table $own) (i32.const 0) func $three)
  (func (export "get") (param i32) (result i32)
    (call_indirect $t (type $get) (local.get 0)))
  (func (export "wide") (param i32) (result i64)
    (call_indirect $t (type $wide) (local.get 0)))
  (func (export "tail get") (param i32) (result i32)
    (return_call_indirect $t (type $get) (local.get 0)))
  (func (export "tail wide") (param i32) (result i64)
    (return_call_indirect $t (type $wide) (local.get 0)))
  ;; A copy in the caller's own table, beside a function of its own.
  (func (export "copy") (table.copy $own $t (i32.const 1) (i32.const 0) (i32.const 2)))
  (func (export "own get") (param i32) (result i32)
    (call_indirect $own (type $get) (local.get 0)))
  (func (export "own wide") (param i32) (result i64)
    (call_indirect $own (type $wide) (local.get 0))))

(assert_return (invoke "get" (i32.const 0)) (i32.const 1))
(assert_return (invoke "wide" (i32.const 1)) (i64.const 2))
(assert_return (invoke "tail get" (i32.const 0)) (i32.const 1))
(assert_return (invoke "tail wide" (i32.const 1)) (i64.const 2))
(assert_return (invoke "copy"))
(assert_return (invoke "own get" (i32.const 0)) (i32.const 3))
(assert_return (invoke "own get" (i32.const 1)) (i32.const 1))
(assert_return (invoke "own wide" (i32.const 2)) (i64.const 2))

;; The twins: the index means the function's type in its own module, not here.
(assert_trap (invoke "wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "get" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "tail wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "tail get" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "own wide" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "own wide" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke "own get" (i32.const 2)) "indirect call type mismatch")
