;;! why = "a defined function is jumped to, an imported one through its reference"
(module
  (func $imported (import "m" "f"))
  (func $defined (return_call $imported))
  (func (return_call $defined)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64):
;; @0021                               v1 = load.i64 notrap aligned readonly can_move v0+32
;; @0021                               v2 = load.i64 notrap aligned readonly can_move v1
;; @0021                               v3 = load.i64 notrap aligned readonly can_move v1+16
;; @0021                               return_call_indirect sig0, v2(v3)
;; }
;; function u0:1(i64 vmctx) tail {
;;     sig0 = (i64 vmctx) tail
;;     fn0 = colocated u0:0 sig0
;;                                 block0(v0: i64):
;; @0026                               return_call fn0(v0)
;; }
