;;! why = "alignment, then bounds; on aarch64 a fence behind the store"
;;! assembly = true
(module
  (memory 1 1 shared)
  (func (param i32 i64) (i64.atomic.store32 (local.get 0) (local.get 1))))

;; ==== clif: x86_64 guard
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0023                               v4 = iconst.i32 3
;; @0023                               v5 = band v1, v4  ; v4 = 3
;; @0023                               trapnz v5, user13
;; @0023                               v3 = ireduce.i32 v2
;; @0023                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @0023                               v6 = uextend.i64 v1
;; @0023                               v8 = iadd v7, v6
;; @0023                               atomic_store user5 little region0 v3, v8
;; @0027                               return
;; }

;; ==== assembly: x86_64 guard
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   testl $0x3, %esi
;;   jnz #trap=user13
;;   movq 0x28(%rdi), %rdi
;;   movl %esi, %r8d
;;   movl %edx, (%rdi, %r8)
;;   mfence
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq

;; ==== clif: x86_64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0023                               v4 = iconst.i32 3
;; @0023                               v5 = band v1, v4  ; v4 = 3
;; @0023                               trapnz v5, user13
;; @0023                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0023                               v9 = load.i64 notrap aligned region1 v8+8
;; @0023                               v6 = uextend.i64 v1
;; @0023                               v7 = iconst.i64 4
;; @0023                               v10 = iadd v6, v7  ; v7 = 4
;; @0023                               v11 = icmp ugt v10, v9
;; @0023                               trapnz v11, user5
;; @0023                               v3 = ireduce.i32 v2
;; @0023                               v12 = load.i64 notrap aligned readonly can_move v0+40
;; @0023                               v13 = iadd v12, v6
;; @0023                               atomic_store notrap little region0 v3, v13
;; @0027                               return
;; }

;; ==== assembly: x86_64 explicit
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   testl $0x3, %esi
;;   jnz #trap=user13
;;   movq 0x20(%rdi), %r10
;;   movl %esi, %r9d
;;   leaq 4(%r9), %r11
;;   cmpq 8(%r10), %r11
;;   jnbe #trap=user5
;;   movq 0x28(%rdi), %r11
;;   movl %edx, (%r11, %r9)
;;   mfence
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq

;; ==== clif: aarch64 guard
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0023                               v4 = iconst.i32 3
;; @0023                               v5 = band v1, v4  ; v4 = 3
;; @0023                               trapnz v5, user13
;; @0023                               v3 = ireduce.i32 v2
;; @0023                               v7 = load.i64 notrap aligned readonly can_move v0+40
;; @0023                               v6 = uextend.i64 v1
;; @0023                               v8 = iadd v7, v6
;; @0023                               atomic_store user5 little region0 v3, v8
;; @0023                               fence
;; @0027                               return
;; }

;; ==== assembly: aarch64 guard
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   and w6, w3, #3
;;   cbnz w6, #trap=user13
;;   ldr x7, [x2, #40]
;;   add x7, x7, x3, UXTW
;;   stlr w4, [x7]
;;   dmb ish
;;   ldp fp, lr, [sp], #16
;;   ret

;; ==== clif: aarch64 explicit
;; function u0:0(i64 vmctx, i32, i64) tail {
;;                                 block0(v0: i64, v1: i32, v2: i64):
;; @0023                               v4 = iconst.i32 3
;; @0023                               v5 = band v1, v4  ; v4 = 3
;; @0023                               trapnz v5, user13
;; @0023                               v8 = load.i64 notrap aligned readonly can_move v0+32
;; @0023                               v9 = load.i64 notrap aligned region1 v8+8
;; @0023                               v6 = uextend.i64 v1
;; @0023                               v7 = iconst.i64 4
;; @0023                               v10 = iadd v6, v7  ; v7 = 4
;; @0023                               v11 = icmp ugt v10, v9
;; @0023                               trapnz v11, user5
;; @0023                               v3 = ireduce.i32 v2
;; @0023                               v12 = load.i64 notrap aligned readonly can_move v0+40
;; @0023                               v13 = iadd v12, v6
;; @0023                               atomic_store notrap little region0 v3, v13
;; @0023                               fence
;; @0027                               return
;; }

;; ==== assembly: aarch64 explicit
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   and w10, w3, #3
;;   cbnz w10, #trap=user13
;;   ldr x11, [x2, #32]
;;   ldr x11, [x11, #8]
;;   mov w12, w3
;;   add x12, x12, #4
;;   subs xzr, x12, x11
;;   b.hi #trap=user5
;;   ldr x13, [x2, #40]
;;   add x13, x13, x3, UXTW
;;   stlr w4, [x13]
;;   dmb ish
;;   ldp fp, lr, [sp], #16
;;   ret
