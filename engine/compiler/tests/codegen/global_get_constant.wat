;;! why = "an immutable global that starts as a number is that number; an imported one is loaded"
(module
  (global $imported (import "m" "g") i32)
  (global $defined i32 (i32.const 7))
  (global $copied i32 (global.get $imported))
  (func (result i32 i32 i32)
    (global.get $imported) (global.get $defined) (global.get $copied)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) -> i32, i32, i32 tail {
;;                                 block0(v0: i64):
;; @0031                               v4 = load.i64 notrap aligned readonly can_move v0+32
;; @0031                               v5 = load.i32 notrap aligned region3 v4
;; @0035                               v7 = load.i32 notrap aligned region3 v0+80
;; @0033                               v6 = iconst.i32 7
;; @0037                               return v5, v6, v7  ; v6 = 7
;; }
