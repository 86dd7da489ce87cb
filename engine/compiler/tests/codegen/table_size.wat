;;! why = "the length may change"
(module
  (table 1 funcref)
  (func (result i32) (table.size)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @001e                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @001e                               v3 = load.i64 notrap aligned region1 v2+8
;; @001e                               v4 = ireduce.i32 v3
;; @0021                               return v4
;; }
