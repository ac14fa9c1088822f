/* Saves every register as the loader left it, before anything changes it. */
    .text
    .globl _start, real_entry, core_entry
#ifdef ENTRY_POINT
_start:
    hlt                             /* never come here: the entry point request says where to go */
    jmp _start
real_entry:
#else
_start:
real_entry:
#endif
    movq %rax, boot_state+0(%rip)
    movq %rcx, boot_state+8(%rip)
    movq %rdx, boot_state+16(%rip)
    movq %rbx, boot_state+24(%rip)
    movq %rsp, boot_state+256(%rip)
    movq %rbp, boot_state+40(%rip)
    movq %rsi, boot_state+48(%rip)
    movq %rdi, boot_state+56(%rip)
    movq %r8, boot_state+64(%rip)
    movq %r9, boot_state+72(%rip)
    movq %r10, boot_state+80(%rip)
    movq %r11, boot_state+88(%rip)
    movq %r12, boot_state+96(%rip)
    movq %r13, boot_state+104(%rip)
    movq %r14, boot_state+112(%rip)
    movq %r15, boot_state+120(%rip)
    pushfq
    popq boot_state+264(%rip)
    call test_main

/* RDI: struct limine_mp_info. Its extra_argument, at 24, is the state to fill in. */
core_entry:
    pushq %rax
    movq 24(%rdi), %rax
    popq (%rax)
    movq %rcx, 8(%rax)
    movq %rdx, 16(%rax)
    movq %rbx, 24(%rax)
    movq %rsp, 256(%rax)
    movq %rbp, 40(%rax)
    movq %rsi, 48(%rax)
    movq %rdi, 56(%rax)
    movq %r8, 64(%rax)
    movq %r9, 72(%rax)
    movq %r10, 80(%rax)
    movq %r11, 88(%rax)
    movq %r12, 96(%rax)
    movq %r13, 104(%rax)
    movq %r14, 112(%rax)
    movq %r15, 120(%rax)
    pushfq
    popq 264(%rax)
    movq %rdi, %rsi
    movq %rax, %rdi
    call core_main

    .section .note.GNU-stack, "", @progbits
