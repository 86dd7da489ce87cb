;;! why = "a store may use handles of another store of its engine as its own"
;;! base = "wasm2"

;; The official suite misses it: a script of the specification has one store.

(module $M
  (func $f (export "func") (param i32) (result i32) (i32.add (local.get 0) (i32.const 500)))
  (table (export "table") 2 funcref)
  (elem (i32.const 0) func $f)
  (memory (export "memory") 1)
  (global (export "global") (mut i32) (i32.const 501))
  (global (export "slot") (mut funcref) (ref.null func)))
(module definition $user
  (import "m" "func" (func $f (param i32) (result i32)))
  (import "m" "table" (table 2 funcref))
  (import "m" "memory" (memory 1))
  (import "m" "global" (global (mut i32)))
  (func (export "call") (param i32) (result i32) (call $f (local.get 0))))
(@wassay.take $module (module $M))
(@wassay.take $user (module $user))
(@wassay.take $func (export $M "func"))
(@wassay.take $element (table $M "table" 0))
(@wassay.take $table (export $M "table"))
(@wassay.take $memory (export $M "memory"))
(@wassay.take $global (export $M "global"))
(@wassay.host $host (func (param i32) (result i32)) (i32.const 510))

;; The second store has handles with the same numbers.
(@wassay.session $second)
(@wassay.instance $N $module)
(@wassay.take $func2 (export $N "func"))
(@wassay.take $element2 (table $N "table" 0))
(@wassay.take $table2 (export $N "table"))
(@wassay.take $memory2 (export $N "memory"))
(@wassay.take $global2 (export $N "global"))
(@wassay.host $host2 (func (param i32) (result i32)) (i32.const 520))
(@wassay.assert_return (call $func2 (i32.const 1)) (i32.const 501))

(@wassay.assert_refused (call $func (i32.const 1)))
(@wassay.assert_refused (call $element (i32.const 1)))
(@wassay.assert_refused (call $host (i32.const 1)))
(@wassay.assert_refused (put (table $N "table" 1) $func))
(@wassay.assert_refused (put (table $N "table" 1) $host))
(@wassay.assert_refused (put (global $N "slot") $element))
(@wassay.assert_refused (read $table))
(@wassay.assert_refused (read $memory))
(@wassay.assert_refused (read $global))
(@wassay.assert_refused (instance $user $func $table2 $memory2 $global2))
(@wassay.assert_refused (instance $user $func2 $table $memory2 $global2))
(@wassay.assert_refused (instance $user $func2 $table2 $memory $global2))
(@wassay.assert_refused (instance $user $func2 $table2 $memory2 $global))
(@wassay.assert_refused (instance $user $host $table2 $memory2 $global2))

;; The twins: the same uses of its own handles.
(@wassay.assert_accepted (call $func2 (i32.const 1)))
(@wassay.assert_accepted (call $element2 (i32.const 1)))
(@wassay.assert_return (call $host2 (i32.const 1)) (i32.const 520))
(@wassay.assert_accepted (put (table $N "table" 1) $func2))
(@wassay.assert_accepted (put (table $N "table" 1) $host2))
(@wassay.assert_accepted (put (global $N "slot") $element2))
(@wassay.assert_accepted (read $table2))
(@wassay.assert_accepted (read $memory2))
(@wassay.assert_accepted (read $global2))
(@wassay.assert_accepted (instance $user $func2 $table2 $memory2 $global2))
(@wassay.assert_accepted (instance $user $host2 $table2 $memory2 $global2))

;; The second store still works, and so does the first.
(@wassay.assert_return (call $func2 (i32.const 2)) (i32.const 502))
(@wassay.session)
(@wassay.assert_return (call $func (i32.const 3)) (i32.const 503))
(@wassay.assert_refused (call $func2 (i32.const 3)))
