;;! why = "another thread may change the length"
(module
  (memory 1 2 shared)
  (func (result i32) (memory.size)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @001e                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @001e                               v3 = iconst.i64 8
;; @001e                               v4 = iadd v2, v3  ; v3 = 8
;; @001e                               v5 = atomic_load.i64 notrap aligned region1 v4
;; @001e                               v6 = iconst.i64 16
;; @001e                               v7 = ushr v5, v6  ; v6 = 16
;; @001e                               v8 = ireduce.i32 v7
;; @0020                               return v8
;; }
