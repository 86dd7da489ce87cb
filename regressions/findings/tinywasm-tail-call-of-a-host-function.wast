;;! why = "a tail call of a host function does not return"
;;! tail_call = true

;; Engine: tinywasm 0.10.0: the assignment behind the call is executed.
;; Expected: `return_call` returns from the caller, whatever function it calls.
;; Specification: Execution, Instructions, Control Instructions, `return_call x`: the call replaces
;; the frame of the caller.
;; Verified: cranelift (wassay), wasmi 2.0.0, V8 in Node.js 20 and JavaScriptCore.
;; Mechanism: a host function is called without leaving the caller's frame, and the instruction after
;; the call runs next.
;; The official suite makes such calls where no instruction follows.

(module
  (import "spectest" "print" (func $print))
  (type $print (func))
  (table 1 funcref)
  (elem (i32.const 0) func $print)
  (global $fell (mut i32) (i32.const 0))
  (func (export "direct")
    (block (br_if 0 (i32.eqz (i32.const 1))) (return_call $print))
    (global.set $fell (i32.const 1)))
  (func (export "indirect")
    (block (br_if 0 (i32.eqz (i32.const 1))) (return_call_indirect (type $print) (i32.const 0)))
    (global.set $fell (i32.const 2)))
  (func (export "fell") (result i32) (global.get $fell)))

(assert_return (invoke "direct"))
(assert_return (invoke "fell") (i32.const 0))
(assert_return (invoke "indirect"))
(assert_return (invoke "fell") (i32.const 0))
