;;! why = "null is 0 in the width of its type"
(module
  (func (result funcref externref) (ref.null func) (ref.null extern)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i64, i32 tail {
;;                                 block0(v0: i64):
;; @0019                               v3 = iconst.i64 0
;; @001b                               v4 = iconst.i32 0
;; @001d                               return v3, v4  ; v3 = 0, v4 = 0
;; }
