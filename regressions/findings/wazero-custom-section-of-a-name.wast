;;! why = "a custom section with a name and no bytes was rejected"

;; Engine: wazero 1.12.0, compiler and interpreter, if it keeps custom sections or debug information is
;; on, which is the default: the module is rejected, "failed to read custom section name[a]: EOF".
;; Expected: a custom section is a name and a sequence of bytes, which may be empty (binary format,
;; modules: custom section).
;; Verified: cranelift (wassay), wasmi 2.0.0, tinywasm 0.10.0, V8 in Node.js 26.10.0, JavaScriptCore and
;; wasmtime 48.0.8.
;; Mechanism: reading 0 bytes at the end of the module returns io.EOF.

(module binary "\00asm" "\01\00\00\00" "\00\02\01a")
