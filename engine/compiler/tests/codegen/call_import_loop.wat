;;! why = "an import's code and context leave the loop: its reference is never null"
(module
  (func $f (import "m" "f"))
  (func (param $n i32)
    (loop $next
      (call $f)
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i32):
;; @0026                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @0026                               v3 = load.i64 notrap aligned readonly can_move v2
;; @0026                               v4 = load.i64 notrap aligned readonly can_move v2+16
;; @002a                               v6 = iconst.i32 1
;; @0024                               jump block2(v1)
;;                                 block2(v5: i32):
;; @0026                               call_indirect.i64 sig0, v3(v4)
;;                                     v8 = iconst.i32 1
;;                                     v9 = isub v5, v8  ; v8 = 1
;; @002f                               brif v9, block2(v9), block4
;;                                 block4:
;; @0032                               return
;; }
