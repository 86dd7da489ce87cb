;;! why = "atomic accesses check alignment and bounds"
(module
  (memory 1 1 shared)
  (func (param i32 i32) (result i32) (i32.atomic.rmw.add (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v4 = iconst.i32 3
;; @0024                               v5 = band v1, v4  ; v4 = 3
;; @0024                               trapnz v5, user13
;; @0024                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v6 = uextend.i64 v1
;; @0024                               v8 = iadd v7, v6
;; @0024                               v9 = atomic_rmw.i32 add v8, v2
;; @0028                               return v9
;; }

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0024                               v4 = iconst.i32 3
;; @0024                               v5 = band v1, v4  ; v4 = 3
;; @0024                               trapnz v5, user13
;; @0024                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0024                               v9 = load.i64 notrap aligned region1 v8+8
;; @0024                               v6 = uextend.i64 v1
;; @0024                               v7 = iconst.i64 4
;; @0024                               v10 = iadd v6, v7  ; v7 = 4
;; @0024                               v11 = icmp ugt v10, v9
;; @0024                               trapnz v11, user5
;; @0024                               v12 = load.i64 notrap aligned readonly can_move v0+40
;; @0024                               v13 = iadd v12, v6
;; @0024                               v14 = atomic_rmw.i32 add v13, v2
;; @0028                               return v14
;; }
