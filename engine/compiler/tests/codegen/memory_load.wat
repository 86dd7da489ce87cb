;;! why = "32-bit addresses"
;;! assembly = true
(module
  (memory 1)
  (func (param i32) (result i32) (i32.load offset=8 (local.get 0))))

;; ==== clif: x86_64 guard, aarch64 guard
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0020                               v4 = load.i64 notrap aligned readonly can_move v0+40
;; @0020                               v3 = uextend.i64 v1
;; @0020                               v5 = iadd v4, v3
;; @0020                               v6 = load.i32 user5 little region0 v5+8
;; @0023                               return v6
;; }

;; ==== assembly: x86_64 guard
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movq %rsi, %r8
;;   movq 0x28(%rdi), %rsi
;;   movq %r8, %rdi
;;   movl %edi, %edi
;;   movl 8(%rsi, %rdi), %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq

;; ==== clif: x86_64 explicit, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;                                 block0(v0: i64, v1: i32):
;; @0020                               v5 = load.i64 notrap aligned readonly can_move v0+32
;; @0020                               v6 = load.i64 notrap aligned region1 v5+8
;; @0020                               v3 = uextend.i64 v1
;; @0020                               v4 = iconst.i64 12
;; @0020                               v7 = iadd v3, v4  ; v4 = 12
;; @0020                               v8 = icmp ugt v7, v6
;; @0020                               trapnz v8, user5
;; @0020                               v9 = load.i64 notrap aligned region1 v5
;; @0020                               v10 = iadd v9, v3
;; @0020                               v11 = load.i32 notrap little region0 v10+8
;; @0023                               return v11
;; }

;; ==== assembly: x86_64 explicit
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movq 0x20(%rdi), %rdi
;;   movl %esi, %r8d
;;   leaq 0xc(%r8), %r9
;;   cmpq 8(%rdi), %r9
;;   jnbe #trap=user5
;;   movq (%rdi), %r9
;;   movl 8(%r9, %r8), %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq

;; ==== assembly: aarch64 guard
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   ldr x5, [x2, #40]
;;   add x5, x5, x3, UXTW
;;   ldr w2, [x5, #8]
;;   ldp fp, lr, [sp], #16
;;   ret

;; ==== assembly: aarch64 explicit
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   ldr x9, [x2, #32]
;;   ldr x10, [x9, #8]
;;   mov w11, w3
;;   add x11, x11, #12
;;   subs xzr, x11, x10
;;   b.hi #trap=user5
;;   ldr x11, [x9]
;;   add x11, x11, x3, UXTW
;;   ldr w2, [x11, #8]
;;   ldp fp, lr, [sp], #16
;;   ret
