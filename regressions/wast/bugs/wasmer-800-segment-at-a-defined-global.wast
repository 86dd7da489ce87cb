;;! issue = "wasmer#800"
;;! why = "a segment whose offset is a global that the module defines crashed the engine instead of being rejected"
;;! base = "wasm1"

;; Mechanism: the global of an offset was looked up among the imported globals, without a check of
;; its index. Validation accepted every global that exists, so a global that the module defines had
;; an index beyond the imported ones, or that of another global among them.
;; The official suite has an index that no global has, and a mutable import. Since 3.0 an offset may
;; be an immutable global that the module defines, so here these are mutable.

;; The only global, then one after imports; for a memory and for a table.
(assert_invalid
  (module (global $own (mut i32) (i32.const 0)) (memory 1) (data (global.get $own) "x"))
  "constant expression required")
(assert_invalid
  (module
    (global $own (mut i32) (i32.const 0))
    (table 1 funcref)
    (func $f)
    (elem (global.get $own) $f))
  "constant expression required")
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

;; A global that the module defines, after imported ones.
(assert_invalid
  (module
    (import "globals" "offset" (global $offset i32))
    (global $own (mut i32) (i32.const 0))
    (memory 1)
    (data (global.get $own) "x"))
  "constant expression required")
(assert_invalid
  (module
    (import "globals" "offset" (global $offset i32))
    (global $own (mut i32) (i32.const 0))
    (table 1 funcref)
    (func $f)
    (elem (global.get $own) $f))
  "constant expression required")

;; No global has the index, or its type is no offset.
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
