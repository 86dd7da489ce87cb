;;! issue = "wazero#2474"
;;! why = "a start function that is imported from the host crashed"
;;! base = "wasm1"

;; Mechanism: to call the start function, the engine looked up the code that enters it in the module
;; that defines it, and a module of the host has none. Functions of other modules worked.
;; The official suite has such start functions, `print` and `print_i32` of `spectest`. It sees the
;; bug only if the runner's `spectest` is a module of the host, not one of WebAssembly.

(module $counter
  (global $last (mut i32) (i32.const 0))
  (func (export "one") (global.set $last (i32.const 1)))
  (func (export "two") (global.set $last (i32.const 2)))
  (func (export "trap") (unreachable))
  (func (export "set") (param i32) (global.set $last (local.get 0)))
  (func (export "last") (result i32) (global.get $last) (global.set $last (i32.const 0))))
(register "counter" $counter)

;; The host's function, the only one, then among others.
(module (import "spectest" "print" (func $print)) (start $print))
(module $host
  (import "counter" "trap" (func $trap))
  (import "spectest" "print" (func $print))
  (func unreachable)
  (func (export "seven") (result i32) (i32.const 7))
  (start $print))
(assert_return (invoke $host "seven") (i32.const 7))
(assert_return (invoke $counter "last") (i32.const 0))

;; The class: any import. Each in turn; nothing else may run.
(module
  (import "counter" "one" (func $one))
  (import "counter" "two" (func $two))
  (func unreachable)
  (func unreachable)
  (start $one))
(assert_return (invoke $counter "last") (i32.const 1))
(module
  (import "counter" "one" (func $one))
  (import "counter" "two" (func $two))
  (func unreachable)
  (func unreachable)
  (start $two))
(assert_return (invoke $counter "last") (i32.const 2))

;; The module's own functions, after imports.
(module
  (import "counter" "trap" (func $trap))
  (import "counter" "set" (func $set (param i32)))
  (func $three (call $set (i32.const 3)))
  (func $four (call $set (i32.const 4)))
  (start $three))
(assert_return (invoke $counter "last") (i32.const 3))
(module
  (import "counter" "trap" (func $trap))
  (import "counter" "set" (func $set (param i32)))
  (func $three (call $set (i32.const 3)))
  (func $four (call $set (i32.const 4)))
  (start $four))
(assert_return (invoke $counter "last") (i32.const 4))

;; No code at all, and a host function before.
(module (import "counter" "one" (func $one)) (start $one))
(assert_return (invoke $counter "last") (i32.const 1))
(module
  (import "spectest" "print" (func $print))
  (import "counter" "two" (func $two))
  (start $two))
(assert_return (invoke $counter "last") (i32.const 2))

;; The twin: an import that traps fails the instantiation.
(assert_trap
  (module
    (import "counter" "one" (func $one))
    (import "counter" "trap" (func $trap))
    (func $own (call $one))
    (start $trap))
  "unreachable")
(assert_return (invoke $counter "last") (i32.const 0))
