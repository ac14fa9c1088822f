/* musl.S: the functions that musl has in assembly because they change stacks or cancel system
 * calls. Ours are linked before libc.a, whose members are then never pulled in. __set_thread_area
 * is musl's own: it writes TPIDR_EL0, which is part of every thread's context. */
        .section .text, "ax", %progbits

/* int __clone(fn, stack, flags, arg, parent_tid, tls, child_tid): the arguments are
 * clone_thread's. */
        .global __clone
        .type __clone, %function
__clone:
        b       clone_thread

        .global __unmapself
        .type __unmapself, %function
__unmapself:
        b       exit_and_unmap

/* long __syscall_cp_asm(volatile int *cancel, n, a, b, c, d, e, f) */
        .global __syscall_cp_asm, __cp_begin, __cp_end, __cp_cancel
        .type __syscall_cp_asm, %function
__syscall_cp_asm:
        .cfi_startproc
__cp_begin:
        ldr     w9, [x0]
        cbnz    w9, __cp_cancel
        stp     x29, x30, [sp, #-16]!
        .cfi_def_cfa_offset 16
        .cfi_offset x29, -16
        .cfi_offset x30, -8
        mov     x29, sp
        mov     x0, x1
        mov     x1, x2
        mov     x2, x3
        mov     x3, x4
        mov     x4, x5
        mov     x5, x6
        mov     x6, x7
        bl      kcall
        ldp     x29, x30, [sp], #16
        .cfi_restore x29
        .cfi_restore x30
        .cfi_def_cfa_offset 0
__cp_end:
        ret
__cp_cancel:
        b       __cancel
        .cfi_endproc
        .section .note.GNU-stack, "", %progbits
