;;! why = "alignment, then bounds, of a 64-bit memory"
(module
  (memory i64 1)
  (func (param i64 i32 i32) (result i32)
    (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32, v3: i32):
;; @0026                               v5 = iconst.i64 3
;; @0026                               v6 = band v1, v5  ; v5 = 3
;; @0026                               trapnz v6, user13
;; @0026                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v9 = load.i64 notrap aligned region1 v8+8
;; @0026                               v7 = iconst.i64 4
;; @0026                               v10 = uadd_overflow_trap v1, v7, user5  ; v7 = 4
;; @0026                               v11 = icmp ugt v10, v9
;; @0026                               trapnz v11, user5
;; @0026                               v12 = load.i64 notrap aligned region1 v8
;; @0026                               v13 = iadd v12, v1
;; @0026                               v14 = atomic_cas v13, v2, v3
;; @002a                               return v14
;; }
