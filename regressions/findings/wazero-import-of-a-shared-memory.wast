;;! why = "a shared memory was imported as one that is not shared, and the other way round"
;;! threads = true

;; Engine: wazero 1.12.0, compiler and interpreter: both modules link.
;; Expected: a memory is imported if both types are shared or neither is (threads, validation, matching:
;; memories).
;; Verified: cranelift (wassay), V8 in Node.js 26.10.0, JavaScriptCore and wasmtime 48.0.8.

(module $shared (memory (export "memory") 1 1 shared))
(register "shared" $shared)
(module $unshared (memory (export "memory") 1 1))
(register "unshared" $unshared)

(assert_unlinkable
  (module (import "shared" "memory" (memory 1 1)))
  "incompatible import type")
(assert_unlinkable
  (module (import "unshared" "memory" (memory 1 1 shared)))
  "incompatible import type")
