;;! why = "the flag is loaded atomically at the entry and in each round of a loop"
;;! interruption = true
(module
  (func (param $n i32)
    (loop $next
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) tail {
;;     sig0 = (i64) system_v
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = iconst.i64 64
;;                                     v4 = iadd v2, v3  ; v3 = 64
;;                                     v5 = atomic_load.i64 notrap aligned region1 v4
;;                                     brif v5, block2, block3
;;                                 block2 cold:
;;                                     v6 = load.i64 notrap aligned readonly can_move v0+8
;;                                     v7 = load.i64 notrap aligned readonly can_move v6+136
;;                                     call_indirect sig0, v7(v0)
;;                                     jump block3
;;                                 block3:
;;                                     v19 = load.i64 notrap aligned readonly can_move v0+8
;;                                     v20 = load.i64 notrap aligned readonly can_move v19+136
;; @001c                               v15 = iconst.i32 1
;; @0018                               jump block4(v1)
;;                                 block4(v14: i32):
;;                                     v18 = iadd.i64 v2, v3  ; v3 = 64
;; @0018                               v10 = atomic_load.i64 notrap aligned region1 v18
;; @0018                               brif v10, block6, block7
;;                                 block6 cold:
;; @0018                               call_indirect.i64 sig0, v20(v0)
;; @0018                               jump block7
;;                                 block7:
;;                                     v21 = iconst.i32 1
;;                                     v22 = isub.i32 v14, v21  ; v21 = 1
;; @0021                               brif v22, block4(v22), block8
;;                                 block8:
;; @0024                               return
;; }
