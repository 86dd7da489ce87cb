;;! why = "memory.fill on a memory with 64-bit addresses pops 32-bit operands"
;;! memory64 = true

;; Engine: tinywasm 0.10.0: the call ends the process.
;; Expected: the address and the length have 64 bits, as in every memory with 64-bit addresses.
;; Specification: Validation, Instructions, Memory Instructions, `memory.fill`: their type is
;; the address type of the memory.
;; Verified: cranelift (wassay), wasmi 2.0.0.
;; Mechanism: the operator pops operands of 32 bits, which are on another stack than those of 64.
;; The official suite sees it in `memory_fill64.wast`, which needs the newest checkout.

(module
  (memory i64 1)
  (func (export "fill") (result i32)
    (memory.fill (i64.const 1) (i32.const 7) (i64.const 2))
    (i32.load8_u (i64.const 2))))
(assert_return (invoke "fill") (i32.const 7))
