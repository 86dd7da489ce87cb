;;! why = "memory.copy on a memory with 64-bit addresses pops 32-bit operands"
;;! memory64 = true

;; Engine: tinywasm 0.10.0: the call ends the process.
;; Expected: the addresses and the length have 64 bits, as in every memory with 64-bit addresses.
;; Specification: Validation, Instructions, Memory Instructions, `memory.copy`: their type is
;; the address type of the memory.
;; Verified: cranelift (wassay), wasmi 2.0.0.
;; Mechanism: the operator pops operands of 32 bits, which are on another stack than those of 64.
;; The official suite sees it in `memory_copy64.wast`, which needs the newest checkout.

(module
  (memory i64 1)
  (data (i64.const 0) "\05\07")
  (func (export "copy") (result i32)
    (memory.copy (i64.const 4) (i64.const 0) (i64.const 2))
    (i32.load8_u (i64.const 5))))
(assert_return (invoke "copy") (i32.const 7))
