;;! why = "what leaves a loop: the base of a memory that never moves, and nothing that is checked"
(module
  (memory 1)
  (func (param $at i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
      (br_if $next (local.tee $at (i32.sub (local.get $at) (i32.const 4)))))
    (local.get $sum)))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;;                                     v3 = iconst.i32 0
;; @0026                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @002e                               v11 = iconst.i32 4
;; @0020                               jump block2(v3, v1)  ; v3 = 0
;;                                 block2(v4: i32, v5: i32):
;; @0026                               v6 = uextend.i64 v5
;; @0026                               v8 = iadd.i64 v7, v6
;; @0026                               v9 = load.i32 user5 little region0 v8
;;                                     v13 = iconst.i32 4
;;                                     v14 = isub v5, v13  ; v13 = 4
;; @0029                               v10 = iadd v4, v9
;; @0033                               brif v14, block2(v10, v14), block4
;;                                 block4:
;; @0038                               return v10
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;;                                     v3 = iconst.i32 0
;; @0026                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v7 = iconst.i64 4
;; @002e                               v16 = iconst.i32 4
;; @0020                               jump block2(v3, v1)  ; v3 = 0
;;                                 block2(v4: i32, v5: i32):
;; @0026                               v9 = load.i64 notrap aligned region1 v8+8
;; @0026                               v6 = uextend.i64 v5
;;                                     v18 = iconst.i64 4
;;                                     v19 = iadd v6, v18  ; v18 = 4
;; @0026                               v11 = icmp ugt v19, v9
;; @0026                               trapnz v11, user5
;; @0026                               v12 = load.i64 notrap aligned region1 v8
;; @0026                               v13 = iadd v12, v6
;; @0026                               v14 = load.i32 notrap little region0 v13
;;                                     v20 = iconst.i32 4
;;                                     v21 = isub v5, v20  ; v20 = 4
;; @0029                               v15 = iadd v4, v14
;; @0033                               brif v21, block2(v15, v21), block4
;;                                 block4:
;; @0038                               return v15
;; }
