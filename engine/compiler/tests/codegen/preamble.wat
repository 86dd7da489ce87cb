;;! why = "the stack limit changes between calls: its load is not read-only"
;;! preamble = true
(module
  (func $recursive (call $recursive)))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx) tail {
;;     region0 = 1 "memory"
;;     region1 = 2 "context"
;;     region2 = 3 "table"
;;     region3 = 4 "global"
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0
;;     gv2 = load.i64 notrap aligned region1 gv1
;;     sig0 = (i64 vmctx) tail
;;     fn0 = colocated u0:0 sig0
;;     stack_limit = gv2
;;                                 block0(v0: i64):
;; @0017                               call fn0(v0)
;; @0019                               return
;; }
