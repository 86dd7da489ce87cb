;;! why = "references of both widths are compared with 0, and nothing is loaded"
(module
  (func (param funcref externref) (result i32 i32)
    (ref.is_null (local.get 0)) (ref.is_null (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32) -> i32, i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @001d                               v5 = iconst.i64 0
;; @001d                               v6 = icmp eq v1, v5  ; v5 = 0
;; @001d                               v7 = uextend.i32 v6
;; @0020                               v8 = iconst.i32 0
;; @0020                               v9 = icmp eq v2, v8  ; v8 = 0
;; @0020                               v10 = uextend.i32 v9
;; @0021                               return v7, v10
;; }
