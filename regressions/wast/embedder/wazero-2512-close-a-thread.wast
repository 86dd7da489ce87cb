;;! issue = "wazero#2512"
;;! why = "closing the instance of a thread that had ended freed the memory that the other threads share"
;;! base = "wasm2"
;;! threads = true

;; Mechanism: see wazero-2512-close-importer.wast. This is the situation of the report: each thread
;; is an instance that imports a shared memory, and is closed when it ends.
;; The official suite misses it: no directive of the specification drops an instance.

(module $shared
  (memory (export "memory") 1 3 shared)
  (data (i32.const 0) "\1f\00\00\00")
  (func (export "load") (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "load at the end") (result i32) (i32.atomic.load (i32.const 131068))))
(register "shared" $shared)
(module $one
  (import "shared" "memory" (memory 1 3 shared))
  (func (export "add") (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))
(assert_return (invoke $one "add"))
(@wassay.drop $one)
(@wassay.collect)
(assert_return (invoke $shared "load") (i32.const 32))
(assert_return (invoke $shared "grow") (i32.const 1))
(assert_return (invoke $shared "load at the end") (i32.const 0))
(module $two
  (import "shared" "memory" (memory 1 3 shared))
  (func (export "add")
    (i32.atomic.store (i32.const 131068) (i32.const 33))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))))
(assert_return (invoke $two "add"))
(@wassay.drop $two)
(@wassay.collect)
(assert_return (invoke $shared "load") (i32.const 33))
(assert_return (invoke $shared "load at the end") (i32.const 33))
