;;! why = "the page size is a shift"
(module
  (memory $long i64 1)
  (memory $bytes 100 (pagesize 1))
  (func (result i64) (memory.size $long))
  (func (result i32) (memory.size $bytes)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i64 tail {
;;                                 block0(v0: i64):
;; @0025                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v3 = load.i64 notrap aligned region1 v2+8
;; @0025                               v4 = iconst.i64 16
;; @0025                               v5 = ushr v3, v4  ; v4 = 16
;; @0027                               return v5
;; }
;; function u0:1(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @002a                               v2 = load.i64 notrap aligned readonly can_move v0+48
;; @002a                               v3 = load.i64 notrap aligned region1 v2+8
;; @002a                               v6 = ireduce.i32 v3
;; @002c                               return v6
;; }
