;;! issue = "wazero#2463"
;;! why = "a function imported through a module that exports it again was another function of the exporter"
;;! base = "wasm1"

;; Mechanism: the resolution of imports followed a chain of modules and kept the index without
;; imports, but its user expected the index among all functions. Wrong by the exporter's number of
;; imports, and only if there is a module between.
;; The official suite misses it: it re-exports functions only of modules without function imports.

(module $host
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32) (i32.const 2)))
(register "host" $host)

(module $exporter
  (import "host" "one" (func $one (result i32)))
  (import "host" "two" (func $two (result i32)))
  (func $ten (export "ten") (result i32) (i32.const 10))
  (func $eleven (export "eleven") (result i32) (i32.const 11))
  (func $twelve (export "twelve") (result i32) (i32.const 12)))
(register "exporter" $exporter)

;; It has imports and functions of its own, and exports both kinds.
(module $once
  (import "exporter" "twelve" (func $twelve (result i32)))
  (import "exporter" "ten" (func $ten (result i32)))
  (import "exporter" "eleven" (func $eleven (result i32)))
  (func $twenty (result i32) (i32.const 20))
  (func $twenty_one (result i32) (i32.const 21))
  (export "twelve" (func $twelve))
  (export "ten" (func $ten))
  (export "eleven" (func $eleven))
  (export "twenty" (func $twenty))
  (export "twenty-one" (func $twenty_one)))
(register "once" $once)

(module $importer
  (type $get (func (result i32)))
  (type $wide (func (result i64)))
  (import "once" "ten" (func $ten (type $get)))
  (import "once" "eleven" (func $eleven (type $get)))
  (import "once" "twelve" (func $twelve (type $get)))
  (import "once" "twenty" (func $twenty (type $get)))
  (import "once" "twenty-one" (func $twenty_one (type $get)))
  (table funcref (elem $ten $eleven $twelve $twenty $twenty_one))
  (func (export "indirect") (param i32) (result i32) (call_indirect (type $get) (local.get 0)))
  (func (export "wrong") (param i32) (result i64) (call_indirect (type $wide) (local.get 0)))
  (func (export "direct ten") (result i32) (call $ten))
  (func (export "direct eleven") (result i32) (call $eleven))
  (func (export "direct twelve") (result i32) (call $twelve))
  (func (export "direct twenty") (result i32) (call $twenty))
  (func (export "direct twenty-one") (result i32) (call $twenty_one))
  ;; For the host, exported once more.
  (export "ten" (func $ten))
  (export "twelve" (func $twelve))
  (export "twenty-one" (func $twenty_one)))

(assert_return (invoke "direct ten") (i32.const 10))
(assert_return (invoke "direct eleven") (i32.const 11))
(assert_return (invoke "direct twelve") (i32.const 12))
(assert_return (invoke "direct twenty") (i32.const 20))
(assert_return (invoke "direct twenty-one") (i32.const 21))

(assert_return (invoke "indirect" (i32.const 0)) (i32.const 10))
(assert_return (invoke "indirect" (i32.const 1)) (i32.const 11))
(assert_return (invoke "indirect" (i32.const 2)) (i32.const 12))
(assert_return (invoke "indirect" (i32.const 3)) (i32.const 20))
(assert_return (invoke "indirect" (i32.const 4)) (i32.const 21))
(assert_trap (invoke "wrong" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "wrong" (i32.const 3)) "indirect call type mismatch")

;; The host calls the exports themselves.
(assert_return (invoke $once "ten") (i32.const 10))
(assert_return (invoke $once "eleven") (i32.const 11))
(assert_return (invoke $once "twelve") (i32.const 12))
(assert_return (invoke $once "twenty") (i32.const 20))
(assert_return (invoke "ten") (i32.const 10))
(assert_return (invoke "twelve") (i32.const 12))
(assert_return (invoke "twenty-one") (i32.const 21))

;; The twin: through the chain, too, an import of another type does not link.
(assert_unlinkable
  (module (import "once" "ten" (func (result i64))))
  "incompatible import type")
