;;! why = "a memory that grew under its second index had its old size under its first one"
;;! multi-memory = true

;; Engine: wasmi 2.0.0: the call traps, "out of bounds memory access".
;; Expected: a memory instance that is imported twice is one memory; memory.grow changes its length under
;; both indices (execution, instructions: memory.grow).
;; Verified: cranelift (wassay), tinywasm 0.10.0, V8 in Node.js 26.10.0 and wasmtime 48.0.8.
;; Mechanism: the address and length of memory 0 are in registers, and memory.grow loads them again only
;; if its index is 0. If the bytes have moved, later accesses are to freed memory.

(module (memory (export "memory") 1))
(register "exporter")
(module
  (import "exporter" "memory" (memory $first 1))
  (import "exporter" "memory" (memory $second 1))
  (func (export "f") (param i32) (result i32)
    (i32.store $first (i32.const 0) (local.get 0))
    (drop (memory.grow $second (i32.const 1)))
    (i32.load $first (local.get 0))))
(assert_return (invoke "f" (i32.const 0x10000)) (i32.const 0))
