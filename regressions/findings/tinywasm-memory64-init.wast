;;! why = "memory.init on a memory with 64-bit addresses is rejected"
;;! memory64 = true

;; Engine: tinywasm 0.10.0: the module is rejected.
;; Expected: the module is valid: the address in the memory has 64 bits, the offset in the segment and
;; the length have 32.
;; Specification: Validation, Instructions, Memory Instructions, `memory.init x y`.
;; Verified: cranelift (wassay), wasmi 2.0.0.
;; Mechanism: the parser expects all three operands with 64 bits.
;; The official suite sees it in `memory_init64.wast`, which needs the newest checkout.

(module
  (memory i64 1)
  (data $bytes "\05\07")
  (func (export "init") (result i32)
    (memory.init $bytes (i64.const 4) (i32.const 0) (i32.const 2))
    (i32.load8_u (i64.const 5))))
(assert_return (invoke "init") (i32.const 7))
