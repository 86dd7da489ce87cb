;;! why = "the load of the code is the null check"
(module
  (type $t (func))
  (func (param (ref null $t)) (return_call_ref $t (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i64):
;; @001e                               v2 = load.i64 user11 aligned readonly v1
;; @001e                               v3 = load.i64 notrap aligned readonly v1+16
;; @001e                               return_call_indirect sig0, v2(v3)
;; }
