;;! why = "the table's type is the callee's: the load of the code is the null check"
(module
  (type $t (func (result i32)))
  (table 1 (ref null $t))
  (func (param i32) (result i32) (call_indirect (type $t) (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64 vmctx) -> i32 tail
;;                                 block0(v0: i64, v1: i32):
;; @0026                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v5 = load.i64 notrap aligned region1 v3+8
;; @0026                               v4 = uextend.i64 v1
;; @0026                               v6 = icmp uge v4, v5
;; @0026                               trapnz v6, user8
;; @0026                               v7 = load.i64 notrap aligned region1 v3
;; @0026                               v8 = iconst.i64 3
;; @0026                               v9 = ishl v4, v8  ; v8 = 3
;; @0026                               v10 = iadd v7, v9
;; @0026                               v11 = load.i64 notrap aligned region2 v10
;; @0026                               v12 = load.i64 user9 aligned readonly v11
;; @0026                               v13 = load.i64 notrap aligned readonly v11+16
;; @0026                               v14 = call_indirect sig0, v12(v13)
;; @0029                               return v14
;; }
