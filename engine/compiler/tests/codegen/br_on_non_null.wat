;;! why = "a branch is the check, the load behind it stays there"
(module
  (type $t (func))
  (func (param (ref null $t))
    (block $found (result (ref $t))
      (br_on_non_null $found (local.get 0))
      (return))
    (call_ref $t)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i64):
;; @0021                               brif v1, block2, block3
;;                                 block3:
;; @0023                               jump block1
;;                                 block2:
;; @0025                               v3 = load.i64 user11 aligned readonly v1
;; @0025                               v4 = load.i64 notrap aligned readonly v1+16
;; @0025                               call_indirect sig0, v3(v4)
;; @0027                               jump block1
;;                                 block1:
;; @0027                               return
;; }
