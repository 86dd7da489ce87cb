;;! why = "the cell's address leaves the loop, its value does not"
(module
  (global $g (mut i32) (i32.const 1))
  (func (param $n i32)
    (loop $next
      (global.set $g (i32.add (global.get $g) (local.get $n)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) tail {
;;                                 block0(v0: i64, v1: i32):
;; @0022                               v2 = load.i64 notrap aligned readonly can_move v0+32
;; @002b                               v6 = iconst.i32 1
;; @0020                               jump block2(v1)
;;                                 block2(v4: i32):
;; @0022                               v3 = load.i32 notrap aligned region3 v2
;; @0026                               v5 = iadd v3, v4
;; @0027                               store notrap aligned region3 v5, v2
;;                                     v8 = iconst.i32 1
;;                                     v9 = isub v4, v8  ; v8 = 1
;; @0030                               brif v9, block2(v9), block4
;;                                 block4:
;; @0032                               jump block3
;;                                 block3:
;; @0033                               jump block1
;;                                 block1:
;; @0033                               return
;; }
