;;! base = "wasm2"
;;! why = "JavaScript links by names: two imports of one name must not be one"

(module $both
  (import "spectest" "global_i32" (global i32))
  (import "spectest" "memory" (memory 1))
  (import "spectest" "print_i32" (func (param i32)))
  (import "spectest" "global_i32" (global i32))
  (import "spectest" "print_i32" (func (param i32)))
  (func (export "sum") (result i32) (i32.add (global.get 0) (global.get 1))))
(assert_return (invoke "sum") (i32.const 1332))

(register "both" $both)
(assert_unlinkable
  (module
    (import "spectest" "global_i32" (global i32))
    (import "both" "sum" (func (result i64))))
  "incompatible import type")
