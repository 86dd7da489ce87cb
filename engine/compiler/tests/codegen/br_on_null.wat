;;! why = "a branch is the check, the load behind it stays there"
(module
  (type $t (func))
  (func (param (ref null $t))
    (block $null (call_ref $t (br_on_null $null (local.get 0))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i64):
;; @0020                               brif v1, block3, block2
;;                                 block3:
;; @0022                               v2 = load.i64 user11 aligned readonly v1
;; @0022                               v3 = load.i64 notrap aligned readonly v1+16
;; @0022                               call_indirect sig0, v2(v3)
;; @0024                               jump block2
;;                                 block2:
;; @0025                               return
;; }
