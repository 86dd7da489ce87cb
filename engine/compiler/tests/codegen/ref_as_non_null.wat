;;! why = "nothing is loaded, so the check is explicit"
(module
  (func (param funcref) (result (ref func)) (ref.as_non_null (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) -> i64 tail {
;;                                 block0(v0: i64, v1: i64):
;; @001c                               trapz v1, user11
;; @001d                               return v1
;; }
