;;! why = "memory.init with an offset and a length whose sum has 33 bits ends the process"
;;! base = "wasm2"

;; Engine: tinywasm 0.10.0: the call ends the process.
;; Expected: a trap, because the range ends outside the segment.
;; Specification: Execution, Instructions, Memory Instructions, `memory.init x y`: if s + n is larger
;; than the length of the segment, then trap; the sum is not reduced modulo 2^32.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: offset and length are added as signed 32-bit numbers, so that 1 and 0xffffffff make 0,
;; and the range from 1 to 0 is then copied.
;; The official suite has no offset and length whose sum is 2^32.

(module
  (memory 1)
  (data $bytes "\05\07")
  (func (export "init") (param i32 i32 i32)
    (memory.init $bytes (local.get 0) (local.get 1) (local.get 2))))

(assert_trap (invoke "init" (i32.const 1) (i32.const 1) (i32.const -1)) "out of bounds memory access")
