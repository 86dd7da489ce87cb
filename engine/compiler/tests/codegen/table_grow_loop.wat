;;! why = "base and length of a table are loaded again after it may have grown"
(module
  (table $t 1 externref)
  (func (param $at i32) (param $it externref)
    (loop $next
      (table.set $t (local.get $at) (local.get $it))
      (drop (table.grow $t (local.get $it) (i32.const 1)))
      (br_if $next (local.tee $at (i32.sub (local.get $at) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) tail {
;;     sig0 = (i64, i32, i64, i64) -> i64 system_v
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0025                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v10 = iconst.i64 2
;; @002b                               v17 = load.i64 notrap aligned readonly can_move v0+8
;; @002b                               v18 = load.i64 notrap aligned readonly can_move v17+64
;; @002b                               v16 = iconst.i32 0
;;                                     v22 = iconst.i64 1
;; @002b                               v14 = uextend.i64 v2
;; @0029                               v13 = iconst.i32 1
;; @001f                               jump block2(v1)
;;                                 block2(v3: i32):
;; @0025                               v7 = load.i64 notrap aligned region1 v5+8
;; @0025                               v6 = uextend.i64 v3
;; @0025                               v8 = icmp uge v6, v7
;; @0025                               trapnz v8, user6
;; @0025                               v9 = load.i64 notrap aligned region1 v5
;;                                     v23 = iconst.i64 2
;;                                     v24 = ishl v6, v23  ; v23 = 2
;; @0025                               v12 = iadd v9, v24
;; @0025                               store.i32 notrap aligned region2 v2, v12
;;                                     v25 = iconst.i32 0
;;                                     v26 = iconst.i64 1
;; @002b                               v19 = call_indirect.i64 sig0, v18(v0, v25, v26, v14)  ; v25 = 0, v26 = 1
;;                                     v27 = iconst.i32 1
;;                                     v28 = isub v3, v27  ; v27 = 1
;; @0036                               brif v28, block2(v28), block4
;;                                 block4:
;; @0039                               return
;; }
