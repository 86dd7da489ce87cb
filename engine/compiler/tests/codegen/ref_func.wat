;;! why = "a defined function's reference is an address, an imported one's a load"
(module
  (func $imported (import "m" "f"))
  (func $defined)
  (elem declare func $imported $defined)
  (func (result funcref funcref) (ref.func $imported) (ref.func $defined)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;                                 block0(v0: i64):
;; @002e                               return
;; }
;; function u0:1(i64 vmctx) -> i64, i64 tail {
;;                                 block0(v0: i64):
;; @0031                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @0033                               v4 = iconst.i64 40
;; @0033                               v5 = iadd v0, v4  ; v4 = 40
;; @0035                               return v3, v5
;; }
