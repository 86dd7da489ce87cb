;;! issue = "wazero#2358"
;;! why = "an engine did not find the code that another engine had put into the cache directory"
;;! base = "wasm2"

;; Mechanism: to instantiate a module, the engine looked for its code in memory only, where it was
;; as long as the engine that had compiled it, and no longer in the directory: "source module must
;; be compiled before instantiation". Closing the instance that had failed then dereferenced nil.
;; The official suite misses it: a script of the specification has one engine and no cache.

(module definition $provider
  (func (export "three") (result i32) (i32.const 3))
  (func (export "trap") (unreachable)))
(module definition $M
  (import "provider" "three" (func $three (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\07")
  (func (export "sum") (result i32)
    (i32.add (call $three) (i32.load8_u (i32.const 8)))))
(@wassay.take $provider (module $provider))
(@wassay.take $m (module $M))

;; The first engine fills the directory. An instantiation that fails leaves nothing to close.
(@wassay.engine $A (cache $dir))
(@wassay.compile $provider $provider)
(@wassay.compile $M $m)
(@wassay.expect (compiled 3) (hits 0) (misses 2) (stores 2))
(module instance $provider $provider)
(register "provider" $provider)
(module instance $M $M)
(assert_return (invoke $M "sum") (i32.const 10))
(assert_trap
  (module (import "provider" "trap" (func $trap)) (func (export "f")) (start $trap))
  "unreachable")
(@wassay.expect (compiled 4) (hits 0) (stores 3))

;; The second one loads everything while the first one runs, and after it was closed.
(@wassay.engine $B (cache $dir))
(@wassay.compile $provider $provider)
(@wassay.compile $M $m)
(module instance $provider $provider)
(register "provider" $provider)
(module instance $M $M)
(assert_return (invoke $M "sum") (i32.const 10))
(@wassay.drop (sessions $A))
(@wassay.drop (engine $A))
(assert_return (invoke $M "sum") (i32.const 10))
(@wassay.compile $M $m)
(module instance $again $M)
(assert_return (invoke $again "sum") (i32.const 10))
(assert_trap
  (module (import "provider" "trap" (func $trap)) (func (export "f")) (start $trap))
  "unreachable")
(@wassay.expect (compiled 0) (hits 4) (misses 0) (stores 0))

;; The third one starts when no other engine is left.
(@wassay.engine)
(@wassay.drop (engine $B))
(@wassay.drop (sessions $B))
(@wassay.engine $C (cache $dir))
(@wassay.compile $M $m)
(assert_unlinkable
  (module (import "provider" "trap" (func $trap)) (func (export "f")) (start $trap))
  "unknown import")
(@wassay.compile $provider $provider)
(module instance $provider $provider)
(register "provider" $provider)
(module instance $M $M)
(assert_return (invoke $M "sum") (i32.const 10))
(assert_trap
  (module (import "provider" "trap" (func $trap)) (func (export "f")) (start $trap))
  "unreachable")
(assert_return (invoke $M "sum") (i32.const 10))
(@wassay.expect (compiled 0) (hits 4) (misses 0) (stores 0))
