;;! why = "bounds, then null and type with one load"
;;! assembly = true
(module
  (type $t (func (result i32)))
  (table 1 funcref)
  (func (param i32) (result i32) (call_indirect (type $t) (local.get 0))))

;; ==== clif: x86_64 guard, x86_64 explicit, aarch64 guard, aarch64 explicit
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     sig0 = (i64 vmctx) -> i32 tail
;;                                 block0(v0: i64, v1: i32):
;; @0025                               v3 = load.i64 notrap aligned readonly can_move v0+32
;; @0025                               v5 = load.i64 notrap aligned region1 v3+8
;; @0025                               v4 = uextend.i64 v1
;; @0025                               v6 = icmp uge v4, v5
;; @0025                               trapnz v6, user8
;; @0025                               v7 = load.i64 notrap aligned region1 v3
;; @0025                               v8 = iconst.i64 3
;; @0025                               v9 = ishl v4, v8  ; v8 = 3
;; @0025                               v10 = iadd v7, v9
;; @0025                               v11 = load.i64 notrap aligned region2 v10
;; @0025                               v12 = load.i32 user9 aligned readonly v11+24
;; @0025                               v13 = load.i64 notrap aligned readonly can_move v0+16
;; @0025                               v14 = load.i32 notrap aligned readonly can_move v13
;; @0025                               v15 = icmp ne v12, v14
;; @0025                               trapnz v15, user10
;; @0025                               v16 = load.i64 notrap aligned readonly v11
;; @0025                               v17 = load.i64 notrap aligned readonly v11+16
;; @0025                               v18 = call_indirect sig0, v16(v17)
;; @0028                               return v18
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
;;   movq 0x20(%rdi), %r11
;;   movl %esi, %eax
;;   cmpq 8(%r11), %rax
;;   jnb #trap=user8
;;   movq (%r11), %rcx
;;   movq (%rcx, %rax, 8), %rax
;;   movl 0x18(%rax), %ecx
;;   movq 0x10(%rdi), %rdx
;;   cmpl (%rdx), %ecx
;;   jnz #trap=user10
;;   movq (%rax), %rcx
;;   movq 0x10(%rax), %rdi
;;   call    *%rcx
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
;;   ldr x13, [x2, #32]
;;   ldr x14, [x13, #8]
;;   mov w15, w3
;;   subs xzr, x15, x14
;;   b.hs #trap=user8
;;   ldr x15, [x13]
;;   ldr x15, [x15, w3, UXTW #3]
;;   ldr w0, [x15, #24]
;;   ldr x1, [x2, #16]
;;   ldr w1, [x1]
;;   subs wzr, w0, w1
;;   b.ne #trap=user10
;;   ldr x0, [x15]
;;   ldr x2, [x15, #16]
;;   blr x0
;;   ldp fp, lr, [sp], #16
;;   ret
