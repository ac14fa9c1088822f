/*
 * void semihosting_exit(uint64_t status): SYS_EXIT_EXTENDED (Arm IHI 0100, "semihosting").
 *
 * Without a debugger or emulator that listens, HLT is an undefined instruction. Vectors of our own
 * turn that exception into a return, so asking does no harm. The loader never takes exceptions
 * otherwise and is about to end: nothing is put back.
 */
#define SYS_EXIT_EXTENDED 0x20
#define STOPPED_BY_APPLICATION 0x20026

    .text
    .globl semihosting_exit
semihosting_exit:
    adrp x3, vectors
    add x3, x3, :lo12:vectors
    mov x9, x30
    mrs x4, CurrentEL
    cmp x4, #(2 << 2)
    b.ne 1f
    msr vbar_el2, x3
    b 2f
1:  msr vbar_el1, x3
2:  isb
    sub sp, sp, #16
    mov x1, #(STOPPED_BY_APPLICATION & 0xffff)
    movk x1, #(STOPPED_BY_APPLICATION >> 16), lsl #16
    str x1, [sp]
    str x0, [sp, #8]
    mov x1, sp
    mov x0, #SYS_EXIT_EXTENDED
    hlt #0xf000
semihosting_back:
    add sp, sp, #16
    ret x9

    .balign 0x800
vectors:
    .rept 16
    .balign 0x80
    b semihosting_back
    .endr
    .balign 0x80

    .section .note.GNU-stack, "", @progbits
