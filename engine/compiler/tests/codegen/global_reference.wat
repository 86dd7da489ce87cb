;;! why = "cells of both widths of references"
(module
  (global $f (mut funcref) (ref.null func))
  (global $e (mut externref) (ref.null extern))
  (func (param funcref externref) (result funcref externref)
    (global.get $f) (global.get $e)
    (global.set $f (local.get 0)) (global.set $e (local.get 1))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64, i32) -> i64, i32 tail {
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @0028                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0028                               v6 = load.i64 notrap aligned region3 v5
;; @002a                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @002a                               v8 = load.i32 notrap aligned region3 v7
;; @002e                               store notrap aligned region3 v1, v5
;; @0032                               store notrap aligned region3 v2, v7
;; @0034                               return v6, v8
;; }
