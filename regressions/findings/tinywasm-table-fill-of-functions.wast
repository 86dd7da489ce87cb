;;! why = "table.fill writes another function than the one on the stack"
;;! base = "wasm2"

;; Engine: tinywasm 0.10.0: the calls return 2 and 3.
;; Expected: `table.fill` writes the reference that is on the stack.
;; Specification: Execution, Instructions, Table Instructions, `table.fill x`: each step is
;; `table.set x` with that reference.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: a reference on the stack is an address in the store. `table.fill` takes it for an
;; index in the module and looks up the address of the function at this index.
;; The official suite fills tables of `externref` only.

(module (func) (func))

;; The functions have indices 0 to 3 here, and other addresses, because the store has functions
;; already.
(module
  (table $t 2 funcref)
  (type $get (func (result i32)))
  (func $f0 (result i32) (i32.const 0))
  (func $f1 (result i32) (i32.const 1))
  (func $f2 (result i32) (i32.const 2))
  (func $f3 (result i32) (i32.const 3))
  (elem declare func $f0 $f1)
  (func (export "set 0") (result i32)
    (table.set $t (i32.const 0) (ref.func $f0))
    (call_indirect $t (type $get) (i32.const 0)))
  (func (export "fill 0") (result i32)
    (table.fill $t (i32.const 0) (ref.func $f0) (i32.const 2))
    (call_indirect $t (type $get) (i32.const 1)))
  (func (export "fill 1") (result i32)
    (table.fill $t (i32.const 0) (ref.func $f1) (i32.const 2))
    (call_indirect $t (type $get) (i32.const 1))))

(assert_return (invoke "set 0") (i32.const 0))
(assert_return (invoke "fill 0") (i32.const 0))
(assert_return (invoke "fill 1") (i32.const 1))
