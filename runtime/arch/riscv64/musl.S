/* musl.S: the functions that musl has in assembly because they change stacks or cancel system
 * calls. Ours are linked before libc.a, whose members are then never pulled in. __set_thread_area
 * is musl's own: it writes tp, which is part of every thread's context. */
        .section .text, "ax", @progbits

/* int __clone(fn, stack, flags, arg, parent_tid, tls, child_tid): the arguments are
 * clone_thread's. */
        .global __clone
        .type __clone, @function
__clone:
        tail    clone_thread

        .global __unmapself
        .type __unmapself, @function
__unmapself:
        tail    exit_and_unmap

/* long __syscall_cp_asm(volatile int *cancel, n, a, b, c, d, e, f) */
        .global __syscall_cp_asm, __cp_begin, __cp_end, __cp_cancel
        .type __syscall_cp_asm, @function
__syscall_cp_asm:
        .cfi_startproc
__cp_begin:
        lw      t0, 0(a0)
        bnez    t0, __cp_cancel
        addi    sp, sp, -16
        .cfi_def_cfa_offset 16
        sd      ra, 8(sp)
        .cfi_offset ra, -8
        mv      a0, a1
        mv      a1, a2
        mv      a2, a3
        mv      a3, a4
        mv      a4, a5
        mv      a5, a6
        mv      a6, a7
        call    kcall
        ld      ra, 8(sp)
        .cfi_restore ra
        addi    sp, sp, 16
        .cfi_def_cfa_offset 0
__cp_end:
        ret
__cp_cancel:
        tail    __cancel
        .cfi_endproc
        .section .note.GNU-stack, "", @progbits
