;;! why = "the embedder took an imported function from a table, and called function 0 of its module"
;;! base = "wasm2"

;; Engine: wazero 1.12.0, its compiler, through experimental/table.LookupFunction: the result is 1. Its
;; interpreter passes, and so do calls within WebAssembly.
;; Expected: what `table_read` gives, `func_invoke` calls: the function at that address of the store
;; (appendix, embedding: tables and functions).
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.

(module
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2)))
(register "provider")
(module $importer
  (import "provider" "two" (func $two (result i32)))
  (table (export "table") 1 funcref)
  (elem (i32.const 0) func $two))
(@wassay.take $f (table $importer "table" 0))
(@wassay.assert_return (call $f) (i32.const 2))
