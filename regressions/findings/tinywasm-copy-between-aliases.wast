;;! why = "memory.copy between two names of one memory ends the process"
;;! multi_memory = true

;; Engine: tinywasm 0.10.0: the copy ends the process.
;; Expected: a memory that is imported twice is one memory, and bytes are copied within it.
;; Specification: Execution, Instructions, Memory Instructions, `memory.copy x1 x2`: the two addresses
;; of memories may be equal.
;; Verified: cranelift (wassay), wasmi 2.0.0.
;; Mechanism: the operator compares the indices in the module, not the addresses in the store, and
;; then borrows one memory twice.
;; The official suite has no module that imports a memory twice and copies between the two.

(module $provider
  (memory (export "memory") 1)
  (data (i32.const 0) "\01\02\03"))
(register "provider" $provider)

(module
  (memory $a (import "provider" "memory") 1)
  (memory $b (import "provider" "memory") 1)
  (func (export "copy")
    (memory.copy $a $b (i32.const 8) (i32.const 0) (i32.const 3)))
  (func (export "load") (param i32) (result i32) (i32.load8_u $b (local.get 0))))

(assert_return (invoke "copy"))
(assert_return (invoke "load" (i32.const 8)) (i32.const 1))
(assert_return (invoke "load" (i32.const 10)) (i32.const 3))
