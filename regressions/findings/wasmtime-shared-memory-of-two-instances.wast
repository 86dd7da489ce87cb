;;! why = "an access outside of a shared memory that an instance defines and another imports ends the process"
;;! threads = true

;; Engine: wasmtime 48.0.8, with Cranelift and with Winch: it panics with `assertion failed:
;; fault.is_none()`.
;; Expected: `i32.load` traps if the address is outside of the memory (execution, memory instructions;
;; threads).
;; Verified: cranelift (wassay), V8 14.6 in Node.js 26.10.0, JavaScriptCore 2.50.6 and wazero 1.12.0.
;; Mechanism: an importer receives a shared memory as an embedder's object, for which wasmtime makes
;; another instance with the same memory. `StoreOpaque::wasm_fault` looks for the memory of the address
;; in all instances, and asserts that there is only one.

(module $alone
  (memory 1 1 shared)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
(assert_trap (invoke $alone "load" (i32.const 65536)) "out of bounds memory access")

(module $definer (memory (export "memory") 1 1 shared))
(register "definer" $definer)
(module $importer
  (import "definer" "memory" (memory 1 1 shared))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
(assert_return (invoke $importer "load" (i32.const 65532)) (i32.const 0))
(assert_trap (invoke $importer "load" (i32.const 65536)) "out of bounds memory access")
