;;! issue = "wazero#2220, wasmtime#3897, wasmtime#2608, wasmer#4188, dprint#466"
;;! why = "code for a CPU with more features, or for another architecture, was loaded from the cache"
;;! base = "wasm2"

;; Mechanism: neither the key of an entry nor the check at load had the features of the CPU that the
;; code was compiled for, and dprint's key not even the architecture. A directory that two machines
;; share, or that outlives an upgrade, gave code that the machine cannot run.
;; The official suite misses it: it is compiled where it runs.

(module definition $M
  (func (export "ceil") (param f64) (result f64) (f64.ceil (local.get 0)))
  (func (export "bits") (param i64) (result i64)
    (i64.add (i64.popcnt (local.get 0)) (i64.ctz (local.get 0)))))
(@wassay.take $m (module $M))

;; Code for three machines, in one directory.
(@wassay.engine $more (cache $dir) (cpu more))
(@wassay.compile $M $m)
(@wassay.serialize $more $M)
(@wassay.expect (compiled 2) (hits 0) (stores 1))
(@wassay.engine $foreign (cache $dir) (cpu foreign))
(@wassay.compile $M $m)
(@wassay.serialize $foreign $M)
(@wassay.expect (compiled 2) (hits 0) (stores 1))
(@wassay.engine $baseline (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.serialize $baseline $M)
(@wassay.expect (compiled 2) (hits 0) (stores 1))
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "bits" (i64.const 12)) (i64.const 4))

;; Each finds its own.
(@wassay.engine $more2 (cache $dir) (cpu more))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(@wassay.engine $foreign2 (cache $dir) (cpu foreign))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(@wassay.engine $baseline2 (cache $dir) (cpu baseline))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "bits" (i64.const 12)) (i64.const 4))

;; Serialized code is checked when it is loaded.
(@wassay.assert_incompatible $more)
(@wassay.assert_incompatible $foreign)
(@wassay.deserialize $M $baseline)
(module instance $M $M)
(assert_return (invoke $M "ceil" (f64.const 1.5)) (f64.const 2))
(assert_return (invoke $M "bits" (i64.const 12)) (i64.const 4))
(@wassay.engine $foreign2)
(@wassay.assert_incompatible $baseline)
(@wassay.assert_incompatible $more)
