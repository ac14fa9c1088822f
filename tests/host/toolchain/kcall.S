/* kcall as Linux's own system call, so that the kernel's flavour runs under Linux. */
    .globl kcall
    .text
kcall:
#if defined(__x86_64__)
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
#elif defined(__aarch64__)
    mov x8, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    mov x4, x5
    mov x5, x6
    svc 0
#else
    mv a7, a0
    mv a0, a1
    mv a1, a2
    mv a2, a3
    mv a3, a4
    mv a4, a5
    mv a5, a6
    ecall
#endif
    ret
    .section .note.GNU-stack, "", %progbits
