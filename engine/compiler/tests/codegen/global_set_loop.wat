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
;; @002b                               v5 = iconst.i32 1
;; @0020                               jump block2(v1)
;;                                 block2(v3: i32):
;; @0022                               v2 = load.i32 notrap aligned region3 v0+48
;; @0026                               v4 = iadd v2, v3
;; @0027                               store notrap aligned region3 v4, v0+48
;;                                     v7 = iconst.i32 1
;;                                     v8 = isub v3, v7  ; v7 = 1
;; @0030                               brif v8, block2(v8), block4
;;                                 block4:
;; @0033                               return
;; }
