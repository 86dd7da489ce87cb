;;! why = "a memory without a maximum is imported as one with the maximum 65,536"
;;! base = "wasm2"

;; Engine: tinywasm 0.10.0: the modules link.
;; Expected: the modules do not link. A memory without a maximum fits only an import without one.
;; Specification: Validation, Matching, Limits: if the second limits have a maximum, the first must
;; have one that is not larger.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: the maximum of a memory without one is taken to be 65,536 pages before it is compared.
;; The official suite has no import with this maximum.

(module $provider (memory (export "memory") 1))
(register "provider" $provider)

(assert_unlinkable
  (module (import "provider" "memory" (memory 1 65536)))
  "incompatible import type")
