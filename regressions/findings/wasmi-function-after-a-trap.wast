;;! why = "a function of a module whose instantiation trapped used the module's own global"

;; Engine: wasmi 2.0.0: the call ends the process, "missing Global at: GlobalAddr(0)".
;; Expected: instantiation allocates the module's functions and globals, and initializes these, before
;; it writes segments; what was written before a trap stays written (execution, modules:
;; instantiation). So the function is in the table, and its instance has a global.
;; Verified: cranelift (wassay), tinywasm 0.10.0, V8 in Node.js 26.10.0, JavaScriptCore, wasmtime 48.0.8
;; and WABT 1.0.42.
;; Mechanism: functions are created with the handle of the instance, which is an empty placeholder until
;; all segments are written. `Module::instantiate` returns at the first error and leaves it empty. The
;; same happens with memories, tables and imports.

(module
  (table (export "table") 1 funcref)
  (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0))))
(register "holder")

(assert_trap
  (module
    (import "holder" "table" (table 1 funcref))
    (global $g (mut i32) (i32.const 7))
    (func $get (result i32) (global.get $g))
    (elem (i32.const 0) $get)
    (memory 1)
    (data (i32.const 0x10000) "!"))
  "out of bounds memory access")
(assert_return (invoke "call") (i32.const 7))
