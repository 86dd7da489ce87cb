;;! why = "an element segment outside of its table was skipped, and instantiation succeeded"
;;! base = "wasm2"

;; Engine: wazero 1.12.0, compiler and interpreter. All later segments are skipped, too. A comment in
;; its source says that this is on purpose.
;; Expected: instantiation executes `table.init` for an active element segment (execution,
;; modules: instantiation), which traps if the segment does not fit.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.

(assert_trap
  (module (table 1 funcref) (func $f) (elem (i32.const 1) $f))
  "out of bounds table access")
