;;! why = "the loads behind the branch do not leave the loop, although nothing in it writes"
(module
  (type $t (func))
  (func (param $n i32) (param $r (ref null $t))
    (loop $next
      (block $null (call_ref $t (br_on_null $null (local.get $r))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;     sig0 = (i64 vmctx) tail
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @002a                               v8 = iconst.i32 1
;; @001d                               jump block2(v1)
;;                                 block2(v7: i32):
;; @0023                               brif.i64 v2, block5, block4
;;                                 block5:
;; @0025                               v4 = load.i64 user11 aligned readonly v2
;; @0025                               v5 = load.i64 notrap aligned readonly v2+16
;; @0025                               call_indirect sig0, v4(v5)
;; @0027                               jump block4
;;                                 block4:
;;                                     v11 = iconst.i32 1
;;                                     v12 = isub.i32 v7, v11  ; v11 = 1
;; @002f                               brif v12, block2(v12), block6
;;                                 block6:
;; @0032                               return
;; }
