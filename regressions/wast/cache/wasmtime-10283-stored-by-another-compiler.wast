;;! issue = "wasmtime#10283"
;;! why = "code that was in use changed when another compiler stored the same module"
;;! base = "wasm2"

;; Mechanism: an embedder's cache directory had a file for each module, named by the digest of its
;; bytes. Probably, another compiler overwrote the file while a running module was still being
;; paged in from it, so a function that was called for the first time was other code. Each part is
;; a bug: a key without the compiler's settings, and an entry that is changed in place.
;; The official suite misses it: it has one engine and no cache.

(module definition $M
  (memory 1)
  (func (export "first") (param i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get 0)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum))
  ;; Never called: a megabyte of code between the functions above and those below, so that the
  ;; module is worth mapping. Each call passes 200 values in memory.
  (type $some (func (result
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (type $wide (func (param
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (result
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
      i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (func $some (type $some) (unreachable))
  (func $wide (type $wide) (unreachable))
  (func $between0
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func $between1
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func $between2
    call $some
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide call $wide call $wide call $wide
    call $wide call $wide call $wide call $wide
    unreachable)
  (func (export "last") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "trap") (unreachable))
  (data (i32.const 65535) "\07"))
(@wassay.take $m (module $M))

;; One compiler fills the directory.
(@wassay.engine $A (cache $dir) (opt none) (bounds guard))
(@wassay.compile $M $m)
(@wassay.expect (compiled 8) (misses 1) (stores 1))

;; The running module is loaded from there, and uses its first page only.
(@wassay.engine $live (cache $dir) (opt none) (bounds guard))
(@wassay.drop (sessions $A))
(@wassay.drop (engine $A))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1))
(module instance $live $M)
(assert_return (invoke $live "first" (i32.const 4)) (i32.const 10))

;; Another compiler has the same module, and must neither find nor replace the entry.
(@wassay.engine $speed (cache $dir) (opt speed) (bounds guard))
(@wassay.compile $M $m)
(@wassay.expect (compiled 8) (hits 0) (misses 1) (stores 1) (stale 0))
(@wassay.serialize $bytes $M)
(module instance $M $M)
(assert_return (invoke $M "first" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "last" (i32.const 65535)) (i32.const 7))
(assert_trap (invoke $M "last" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke $M "last" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke $M "trap") "unreachable")

;; The running module is as it was, down to its last page.
(@wassay.engine $live)
(assert_return (invoke $live "first" (i32.const 4)) (i32.const 10))
(assert_return (invoke $live "last" (i32.const 65535)) (i32.const 7))
(assert_trap (invoke $live "last" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke $live "last" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke $live "trap") "unreachable")

;; Each finds its own again, and the running module is the first one's.
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 2) (misses 0) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "first" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "last" (i32.const 65535)) (i32.const 7))
(assert_trap (invoke $M "last" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke $M "last" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke $M "trap") "unreachable")
(@wassay.engine $speed2 (cache $dir) (opt speed) (bounds guard) (demand_hits))
(@wassay.compile $M $m)
(@wassay.expect (compiled 0) (hits 1) (misses 0) (stale 0))
(module instance $M $M)
(assert_return (invoke $M "first" (i32.const 4)) (i32.const 10))
(assert_return (invoke $M "last" (i32.const 65535)) (i32.const 7))
(assert_trap (invoke $M "last" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke $M "last" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke $M "trap") "unreachable")

;; The twin: handed over without a cache, the code of another compiler is refused.
(@wassay.engine $live)
(@wassay.assert_incompatible $bytes)
(assert_return (invoke $live "first" (i32.const 4)) (i32.const 10))
(assert_return (invoke $live "last" (i32.const 65535)) (i32.const 7))
(assert_trap (invoke $live "last" (i32.const 65536)) "out of bounds memory access")
(assert_trap (invoke $live "last" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke $live "trap") "unreachable")
