;;! why = "floor returned a signalling NaN as it was"

;; Engine: tinywasm 0.10.0 in a dynamic program on x86_64: the result is the operand, 0x7fa00000.
;; Expected: floor, ceil and trunc of a NaN that is not canonical return an arithmetic NaN, whose most
;; significant bit of the payload is 1 (execution, numerics: floating-point operations, NaN
;; propagation).
;; Verified: cranelift (wassay), wasmi 2.0.0, wazero 1.12.0, V8 in Node.js 26.10.0, JavaScriptCore and
;; wasmtime 48.0.8.
;; Mechanism: it calls `floorf`, which is a function of the Rust compiler's own library there, and
;; returns a NaN unchanged. In a static program it is that of the C library.

(module (func (export "f") (param f32) (result f32) (f32.floor (local.get 0))))
(assert_return (invoke "f" (f32.const nan:0x200000)) (f32.const nan:arithmetic))
