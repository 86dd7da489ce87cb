;;! why = "nothing behind the reference leaves the loop, for the test of null is in it"
(module
  (type $t (func))
  (func (param $n i32) (param $r (ref null $t))
    (loop $next
      (if (i32.eqz (ref.is_null (local.get $r))) (then (call_ref $t (local.get $r))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @002c                               v14 = iconst.i32 1
;; @001d                               jump block2(v1)
;;                                 block2(v13: i32):
;; @0023                               brif.i64 v2, block4, block5
;;                                 block4:
;; @0027                               v10 = load.i64 user11 aligned readonly v2
;; @0027                               v11 = load.i64 notrap aligned readonly v2+16
;; @0027                               call_indirect sig0, v10(v11)
;; @0029                               jump block5
;;                                 block5:
;;                                     v18 = iconst.i32 1
;;                                     v19 = isub.i32 v13, v18  ; v18 = 1
;; @0031                               brif v19, block2(v19), block6
;;                                 block6:
;; @0034                               return
;; }
