;;! why = "an imported and a defined global"
(module
  (global $imported (import "m" "g") (mut i32))
  (global $defined (mut i32) (i32.const 1))
  (func (result i32) (i32.add (global.get $imported) (global.get $defined))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32 tail {
;;                                 block0(v0: i64):
;; @002a                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @002a                               v3 = load.i32 notrap aligned region3 v2
;; @002c                               v4 = load.i32 notrap aligned region3 v0+48
;; @002e                               v5 = iadd v3, v4
;; @002f                               return v5
;; }
