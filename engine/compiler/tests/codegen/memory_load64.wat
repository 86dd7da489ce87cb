;;! why = "64-bit addresses: checked on every target"
(module
  (memory i64 1)
  (func (param i64) (result i32) (i32.load offset=8 (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) -> i32 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0020                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0020                               v5 = load.i64 notrap aligned region1 v4+8
;; @0020                               v3 = iconst.i64 12
;; @0020                               v6 = uadd_overflow_trap v1, v3, user5  ; v3 = 12
;; @0020                               v7 = icmp ugt v6, v5
;; @0020                               trapnz v7, user5
;; @0020                               v8 = load.i64 notrap aligned region1 v4
;; @0020                               v9 = iadd v8, v1
;; @0020                               v10 = load.i32 notrap little region0 v9+8
;; @0023                               return v10
;; }
