;;! why = "the stack was lost after a tail call of a host function without parameters and results"
;;! tail-call = true

;; Engine: wasmi 2.0.0: the call ends the process with SIGSEGV.
;; Expected: a tail call of a host function returns to the caller of the function that makes it, which
;; continues (execution, instructions: return_call; function calls: host functions).
;; Verified: cranelift (wassay), tinywasm 0.10.0, V8 in Node.js 26.10.0 and wasmtime 48.0.8.
;; Mechanism: `return_prepare_host_frame` sets a dangling stack pointer if the frames of the two functions
;; begin at the same slot, that is, if the caller has no locals; it later keeps the result of $one in a
;; slot.

(module
  (import "spectest" "print" (func $print))
  (func $tail (return_call $print))
  (func $one (result i32) (i32.const 1))
  (func (export "f") (result i32)
    (call $tail)
    (i32.add (call $one) (call $one))))
(assert_return (invoke "f") (i32.const 2))
