;;! why = "a function that was handed over was freed with its module, and its next call ended the process"
;;! base = "wasm2"

;; Engine: wazero 1.12.0, if the embedder closes the module (`wassay-wazero wazero --close`): the last call
;; ends the process, with `unexpected return pc for runtime.sigpanic`. On its interpreter the call fails,
;; with a panic of Go that wazero recovers from: `wasm.ModuleEngine is nil`.
;; Expected: a module instance and its functions live as long as anything refers to them, here an element
;; of a table. No operation of an embedder ends them earlier.
;; Specification: Execution, Runtime Structure, Store: no object that is reachable is ever removed.
;; Verified: cranelift (wassay), wasmtime 48.0.8 and V8 14.6 in Node.js 26.10.0.
;; Mechanism: an element is an address, which Go's collector does not follow. A table keeps the modules
;; that import it. This module does not import the table: it passes its function to one of the owner's.
;; So its code is unmapped when it is closed. An embedder cannot close it later instead, because it does
;; not see what the table holds.

(module $owner
  (type $t (func (result i32)))
  (table 1 funcref)
  (func (export "keep") (param funcref) (table.set (i32.const 0) (local.get 0)))
  (func (export "call") (result i32) (call_indirect (type $t) (i32.const 0))))
(register "owner" $owner)
(module $passer
  (import "owner" "keep" (func $keep (param funcref)))
  (func $own (result i32) (i32.const 101))
  (elem declare func $own)
  (func (export "pass") (call $keep (ref.func $own))))
(assert_return (invoke $passer "pass"))
(assert_return (invoke $owner "call") (i32.const 101))
(@wassay.drop $passer)
(@wassay.collect)
(assert_return (invoke $owner "call") (i32.const 101))
