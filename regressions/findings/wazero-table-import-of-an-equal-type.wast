;;! why = "a table was not imported at an equal type that has another index in the importer"
;;! function_references = true

;; Engine: wazero 1.12.0, compiler and interpreter: "table type mismatch". Types are compared by their
;; index in their own module. So an import at another type that has the same index links.
;; Expected: defined types match if they are equal when closed, wherever they are defined, and table
;; types match if their element types match both ways (validation, matching: defined types, table
;; types).
;; Verified: cranelift (wassay) and JavaScriptCore.

(module
  (type $f (func))
  (table (export "table") 1 (ref null $f)))
(register "holder")
(module
  (type $other (func (param i32)))
  (type $f (func))
  (import "holder" "table" (table 1 (ref null $f))))

;; The twin: the same index, and another type.
(assert_unlinkable
  (module
    (type $other (func (param i32)))
    (import "holder" "table" (table 1 (ref null $other))))
  "incompatible import type")
