;;! why = "elements that are no functions are narrow"
(module
  (table $others 1 externref)
  (table $long i64 1 funcref)
  (table $functions 1 funcref)
  (func (param i32 funcref) (table.set $functions (local.get 0) (local.get 1)))
  (func (param i32 externref) (table.set $others (local.get 0) (local.get 1)))
  (func (param i64 funcref) (table.set $long (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0035                               v3 = load.i64 notrap aligned readonly can_move v0+48
;; @0035                               v5 = load.i64 notrap aligned region1 v3+8
;; @0035                               v4 = uextend.i64 v1
;; @0035                               v6 = icmp uge v4, v5
;; @0035                               trapnz v6, user6
;; @0035                               v7 = load.i64 notrap aligned region1 v3
;; @0035                               v8 = iconst.i64 3
;; @0035                               v9 = ishl v4, v8  ; v8 = 3
;; @0035                               v10 = iadd v7, v9
;; @0035                               store notrap aligned region2 v2, v10
;; @0037                               return
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @003e                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @003e                               v5 = load.i64 notrap aligned region1 v3+8
;; @003e                               v4 = uextend.i64 v1
;; @003e                               v6 = icmp uge v4, v5
;; @003e                               trapnz v6, user6
;; @003e                               v7 = load.i64 notrap aligned region1 v3
;; @003e                               v8 = iconst.i64 2
;; @003e                               v9 = ishl v4, v8  ; v8 = 2
;; @003e                               v10 = iadd v7, v9
;; @003e                               store notrap aligned region2 v2, v10
;; @0040                               return
;; }
;; function u0:2(i64 vmctx, i64, i64) tail {
;;                                 block0(v0: i64, v1: i64, v2: i64):
;; @0047                               v3 = load.i64 notrap aligned readonly can_move v0+40
;; @0047                               v4 = load.i64 notrap aligned region1 v3+8
;; @0047                               v5 = icmp uge v1, v4
;; @0047                               trapnz v5, user6
;; @0047                               v6 = load.i64 notrap aligned region1 v3
;; @0047                               v7 = iconst.i64 3
;; @0047                               v8 = ishl v1, v7  ; v7 = 3
;; @0047                               v9 = iadd v6, v8
;; @0047                               store notrap aligned region2 v2, v9
;; @0049                               return
;; }
