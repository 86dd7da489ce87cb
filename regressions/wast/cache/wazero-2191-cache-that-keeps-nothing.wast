;;! issue = "wazero#2191, wazero#2197, wasmtime#13535"
;;! why = "a cache kept nothing, and nobody noticed"
;;! base = "wasm2"

;; Mechanism: wazero's cache in memory stored code only if there was a directory, too, and closing
;; the first instance of a module removed its code. The key of wasmtime's cache held the time at
;; which the program was built. Everything was compiled each time, and all results were right.
;; The official suite misses it: it sees results only.

(module definition $M (func (export "f") (result i32) (i32.const 1)) (func (export "g")))
(module definition $N (func (export "f") (result i32) (i32.const 2)))
(@wassay.take $m (module $M))
(@wassay.take $n (module $N))

;; In memory: an entry outlives the module, and its instance.
(@wassay.engine $memory (cache memory))
(@wassay.compile $M $m)
(@wassay.expect (compiled 2) (hits 0) (misses 1) (stores 1))
(@wassay.compile $N $n)
(@wassay.compile $M $m)
(@wassay.expect (compiled 3) (hits 1) (misses 2) (stores 2))
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.drop $M)
(@wassay.compile $M $m)
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.expect (compiled 3) (hits 2) (misses 2) (stores 2))
(@wassay.reload $N)
(module instance $N $N)
(assert_return (invoke $N "f") (i32.const 2))
(@wassay.expect (compiled 3) (hits 3) (misses 2) (stores 2))

;; In a directory, and for the next engine.
(@wassay.engine $A (cache $dir))
(@wassay.compile $M $m)
(@wassay.drop (module $M))
(@wassay.compile $M $m)
(@wassay.expect (compiled 2) (hits 1) (misses 1) (stores 1))
(@wassay.engine $B (cache $dir))
(@wassay.compile $M $m)
(@wassay.compile $N $n)
(@wassay.expect (compiled 1) (hits 1) (misses 1) (stores 1))
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.engine $C (cache $dir))
(@wassay.compile $N $n)
(@wassay.compile $M $m)
(module instance $N $N)
(assert_return (invoke $N "f") (i32.const 2))
(@wassay.expect (compiled 0) (hits 2) (misses 0) (stores 0))

;; The twin: another directory has nothing.
(@wassay.engine $D (cache $other))
(@wassay.compile $M $m)
(@wassay.expect (compiled 2) (hits 0) (misses 1) (stores 1))
