;;! why = "the size has the type of the index"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (func (result i32) (table.size $others))
  (func (result i64) (table.size $long)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @0026                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v3 = load.i64 notrap aligned region1 v2+8
;; @0026                               v4 = ireduce.i32 v3
;; @0029                               return v4
;; }
;; function u0:1(i64 vmctx) -> i64 tail {
;;                                 block0(v0: i64):
;; @002c                               v2 = load.i64 notrap aligned readonly can_move v0+40
;; @002c                               v3 = load.i64 notrap aligned region1 v2+8
;; @002f                               return v3
;; }
