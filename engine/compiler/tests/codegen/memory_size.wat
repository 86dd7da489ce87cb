;;! why = "the length may change"
(module
  (memory 1)
  (func (result i32) (memory.size)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @001d                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @001d                               v3 = load.i64 notrap aligned region1 v2+8
;; @001d                               v4 = iconst.i64 16
;; @001d                               v5 = ushr v3, v4  ; v4 = 16
;; @001d                               v6 = ireduce.i32 v5
;; @001f                               return v6
;; }
