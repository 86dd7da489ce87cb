;;! why = "a call within the module"
(module
  (func $f (result i32) (call $f)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;     sig0 = (i64 vmctx) -> i32 tail
;;     fn0 = colocated u0:0 sig0
;;                                 block0(v0: i64):
;; @0018                               v2 = call fn0(v0)
;; @001a                               return v2
;; }
