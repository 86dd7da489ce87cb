;;! why = "memory.fill and memory.copy trap at addresses above 2 GiB"
;;! base = "wasm2"

;; Engine: tinywasm 0.10.0: both operators trap.
;; Expected: addresses are unsigned 32-bit numbers, as those of loads and stores.
;; Specification: Execution, Instructions, Memory Instructions, `memory.fill x` and `memory.copy x y`.
;; Verified: cranelift (wassay), V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: the addresses are popped as signed numbers and extended to 64 bits with their sign.
;; The official suite has no memory of this size.

(module
  (memory 32769)
  (func (export "store") (i32.store8 (i32.const 0x80000000) (i32.const 7)))
  (func (export "load") (result i32) (i32.load8_u (i32.const 0x80000000)))
  (func (export "fill") (memory.fill (i32.const 0x80000000) (i32.const 9) (i32.const 1)))
  (func (export "copy") (memory.copy (i32.const 0) (i32.const 0x80000000) (i32.const 1))))

(assert_return (invoke "store"))
(assert_return (invoke "load") (i32.const 7))
(assert_return (invoke "fill"))
(assert_return (invoke "load") (i32.const 9))
(assert_return (invoke "copy"))
