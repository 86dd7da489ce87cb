;;! issue = "wazero#2541"
;;! why = "with every module in the cache, one that is not there was compiled all the same"
;;! base = "wasm2"

;; Mechanism: the engine had no way to demand a hit. A miss, for example because of another version
;; or an entry that was never written, cost the time and memory of a compilation, for which the
;; deployment had no room.
;; The official suite misses it: it sees results only.

(module definition $M (func (export "f") (result i32) (i32.const 1)))
(module definition $N (func (export "f") (result i32) (i32.const 2)))
(@wassay.take $m (module $M))
(@wassay.take $n (module $N))

;; Nothing is there.
(@wassay.engine $cold (cache $dir) (demand_hits))
(@wassay.assert_miss $m)
(@wassay.assert_miss $m)
(@wassay.expect (compiled 0) (hits 0) (stores 0))

;; One of two is there.
(@wassay.engine $filling (cache $dir))
(@wassay.compile $M $m)
(@wassay.expect (compiled 1) (stores 1))
;; A call of the host may need code of its own, so one is made here, too.
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.engine $warm (cache $dir) (demand_hits))
(@wassay.compile $M $m)
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.assert_miss $n)
(@wassay.expect (compiled 0) (hits 1) (stores 0))

;; An engine that runs already sees what is added.
(@wassay.engine $cold)
(@wassay.compile $M $m)
(module instance $M $M)
(assert_return (invoke $M "f") (i32.const 1))
(@wassay.engine $filling)
(@wassay.compile $N $n)
(@wassay.engine $warm)
(@wassay.compile $N $n)
(module instance $N $N)
(assert_return (invoke $N "f") (i32.const 2))
(@wassay.expect (compiled 0) (hits 2) (stores 0))

;; The twin: an invalid module is rejected, not missed.
(assert_invalid (module (func (result i32))) "type mismatch")
