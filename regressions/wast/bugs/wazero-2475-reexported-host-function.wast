;;! issue = "wazero#2475"
;;! why = "the host could not call a function of the host that a module imports and exports again"
;;! base = "wasm1"

;; Mechanism: a host function has no code in a module, so the export had none to call.
;; The official suite re-exports a host function in one script, only to link it: no host calls it.

(module $host
  (import "spectest" "print" (func $print))
  (import "spectest" "print_i32" (func $print_i32 (param i32)))
  (import "spectest" "print_f64_f64" (func $print_f64_f64 (param f64 f64)))
  (func $own (result i32) (i32.const 1))
  (func (export "trap") (unreachable))
  (export "print_i32" (func $print_i32))
  (export "own" (func $own))
  (export "print" (func $print))
  (export "print_f64_f64" (func $print_f64_f64)))
(register "host" $host)
(assert_return (invoke $host "print"))
(assert_return (invoke $host "print_i32" (i32.const 13)))
(assert_return (invoke $host "print_f64_f64" (f64.const 1) (f64.const 2)))
(assert_return (invoke $host "own") (i32.const 1))
(assert_trap (invoke $host "trap") "unreachable")

;; One module further, and from a table.
(module $again
  (import "host" "own" (func $own (result i32)))
  (import "host" "print_i32" (func $print_i32 (param i32)))
  (table funcref (elem $print_i32 $own))
  (export "print_i32" (func $print_i32))
  (export "own" (func $own))
  (func (export "print") (param i32)
    (call_indirect (param i32) (i32.const 14) (local.get 0)))
  (func (export "get") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(assert_return (invoke $again "print_i32" (i32.const 15)))
(assert_return (invoke $again "own") (i32.const 1))
(assert_return (invoke $again "print" (i32.const 0)))
(assert_return (invoke $again "get" (i32.const 1)) (i32.const 1))

;; The twins.
(assert_trap (invoke $again "get" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke $again "print" (i32.const 1)) "indirect call type mismatch")
(assert_unlinkable (module (import "host" "print" (func (param i32)))) "incompatible import type")
(assert_unlinkable (module (import "host" "print_i32" (func))) "incompatible import type")
