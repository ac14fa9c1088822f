/*
 * void semihosting_exit(uint64_t status): SYS_EXIT_EXTENDED (Arm, "Semihosting for AArch32 and
 * AArch64", 7.7).
 *
 * Without a debugger or emulator that listens, HLT is an undefined instruction. For its duration
 * we put vectors of our own in place that turn the exception into a return, so asking does no harm.
 * Interrupts stay masked afterwards.
 */
#define SYS_EXIT_EXTENDED 0x20
#define STOPPED_BY_APPLICATION 0x20026

    .text
    .globl semihosting_exit
semihosting_exit:
    msr daifset, #0xf
    mov x9, x30
    adrp x3, vectors
    add x3, x3, :lo12:vectors
    bl swap_vectors
    sub sp, sp, #16
    mov x1, #(STOPPED_BY_APPLICATION & 0xffff)
    movk x1, #(STOPPED_BY_APPLICATION >> 16), lsl #16
    str x1, [sp]
    str x0, [sp, #8]
    mov x1, sp
    mov x0, #SYS_EXIT_EXTENDED
    hlt #0xf000
back:
    add sp, sp, #16
    mov x3, x10
    bl swap_vectors
    ret x9

/* Sets the current level's vectors to X3, puts the former ones in X10. */
swap_vectors:
    mrs x4, CurrentEL
    cmp x4, #(2 << 2)
    b.ne 1f
    mrs x10, vbar_el2
    msr vbar_el2, x3
    b 2f
1:  mrs x10, vbar_el1
    msr vbar_el1, x3
2:  isb
    ret

    .balign 0x800
vectors:
    .rept 16
    .balign 0x80
    b back
    .endr
    .balign 0x80

    .section .note.GNU-stack, "", @progbits
