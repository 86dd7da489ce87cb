;;! issue = "wasmer#800"
;;! why = "a segment whose offset is a global that does not exist crashed the engine instead of being rejected"
;;! reference_types = true

;; Mechanism: the index of the global was used without a check among the imported globals.
;; The official suite has the case without any global; here some exist, but fewer than the index,
;; and some that exist have a type that is no offset.

(module $globals
  (global (export "offset") i32 (i32.const 3))
  (global (export "wide") i64 (i64.const 3))
  (global (export "mutable") (mut i32) (i32.const 3)))
(register "globals" $globals)

;; The must-succeed: the last global that exists.
(module $user
  (import "globals" "wide" (global $wide i64))
  (import "globals" "offset" (global $offset i32))
  (memory 1)
  (table 4 funcref)
  (func $one (result i32) (i32.const 1))
  (data (global.get 1) "\2a")
  (elem (global.get 1) $one)
  (func (export "byte") (result i32) (i32.load8_u (i32.const 3)))
  (func (export "call") (result i32) (call_indirect (result i32) (i32.const 3))))
(assert_return (invoke $user "byte") (i32.const 42))
(assert_return (invoke $user "call") (i32.const 1))

(assert_invalid (module (memory 1) (data (global.get 0) "x")) "unknown global")
(assert_invalid (module (table 1 funcref) (func) (elem (global.get 0) 0)) "unknown global")
(assert_invalid
  (module
    (import "globals" "offset" (global i32))
    (memory 1)
    (data (global.get 1) "x"))
  "unknown global")
(assert_invalid
  (module
    (import "globals" "offset" (global i32))
    (table 1 funcref)
    (func)
    (elem (global.get 1) 0))
  "unknown global")
(assert_invalid
  (module
    (import "globals" "offset" (global i32))
    (memory 1)
    (data (global.get 0x7fffffff) "x"))
  "unknown global")
(assert_invalid
  (module
    (import "globals" "wide" (global i64))
    (memory 1)
    (data (global.get 0) "x"))
  "type mismatch")
(assert_invalid
  (module
    (import "globals" "mutable" (global (mut i32)))
    (memory 1)
    (data (global.get 0) "x"))
  "constant expression required")
