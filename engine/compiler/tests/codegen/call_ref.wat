;;! why = "the load of the code is the null check"
;;! assembly = true
(module
  (type $t (func (result i32)))
  (func (param (ref null $t)) (result i32) (call_ref $t (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i64) -> i32 tail {
;;     sig0 = (i64 vmctx) -> i32 tail
;;                                 block0(v0: i64, v1: i64):
;; @0020                               v3 = load.i64 user11 aligned readonly v1
;; @0020                               v4 = load.i64 notrap aligned readonly v1+16
;; @0020                               v5 = call_indirect sig0, v3(v4)
;; @0022                               return v5
;; }

;; ==== assembly: x86_64 guard, x86_64 explicit
;;   pushq %rbp
;;   movq %rsp, %rbp
;;   movq (%rdi), %r10
;;   movq (%r10), %r10
;;   addq $0x10, %r10
;;   cmpq %rsp, %r10
;;   jnbe #trap=stk_ovf
;; block0:
;;   movq (%rsi), %r8
;;   movq 0x10(%rsi), %rdi
;;   call    *%r8
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq

;; ==== assembly: aarch64 guard, aarch64 explicit
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;;   ldr x16, [x2]
;;   ldr x16, [x16]
;;   add x16, x16, #16
;;   subs xzr, sp, x16, UXTX
;;   b.lo #trap=stk_ovf
;; block0:
;;   ldr x4, [x3]
;;   ldr x2, [x3, #16]
;;   blr x4
;;   ldp fp, lr, [sp], #16
;;   ret
