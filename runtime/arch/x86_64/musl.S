/* musl.S: the functions that musl has in assembly because they change stacks or cancel system
 * calls. Ours are linked before libc.a, whose members are then never pulled in. */
        .section .text, "ax", @progbits

/* int __clone(fn, stack, flags, arg, parent_tid, tls, child_tid): the arguments are
 * clone_thread's. */
        .global __clone
        .type __clone, @function
__clone:
        jmp     clone_thread

        .global __unmapself
        .type __unmapself, @function
__unmapself:
        jmp     exit_and_unmap

        .global __set_thread_area
        .type __set_thread_area, @function
__set_thread_area:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        call    thread_set_tls
        xorl    %eax, %eax
        popq    %rbp
        .cfi_def_cfa_offset 8
        ret
        .cfi_endproc

/* long __syscall_cp_asm(volatile int *cancel, n, a, b, c, d, e, f) */
        .global __syscall_cp_asm, __cp_begin, __cp_end, __cp_cancel
        .type __syscall_cp_asm, @function
__syscall_cp_asm:
        .cfi_startproc
__cp_begin:
        movl    (%rdi), %eax
        testl   %eax, %eax
        jnz     __cp_cancel
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r8, %rcx
        movq    %r9, %r8
        movq    8(%rsp), %r9
        pushq   16(%rsp)
        .cfi_def_cfa_offset 16
        call    kcall
        addq    $8, %rsp
        .cfi_def_cfa_offset 8
__cp_end:
        ret
__cp_cancel:
        jmp     __cancel
        .cfi_endproc
        .section .note.GNU-stack, "", @progbits
