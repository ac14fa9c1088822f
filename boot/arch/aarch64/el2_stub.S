/*
 * What stays at EL2: limine.h, "Bactrian EL2 stub", is its contract.
 *
 * Copied to a page of its own, so it must not refer to anything outside. A vector has room for 32
 * instructions (Arm ARM, D1.3.1), which is all that the stub needs.
 */
#define FUNCTION_BASE 0xc6000000
#define NOT_SUPPORTED -1
#define INVALID       -3
#define VERSION       1

#define ESR_CLASS_HVC_64 0x16

    .macro stop_vector
    .balign 0x80
7:  wfe
    b 7b
    .endm

    .section .text
    .globl el2_stub_begin, el2_stub_end
    .balign 0x800
el2_stub_begin:
    .rept 8                         /* from EL2 itself */
    stop_vector
    .endr

    .balign 0x80                    /* synchronous, from a lower level in 64-bit state */
    msr tpidr_el2, x1               /* the only place to keep a register */
    mrs x1, esr_el2
    lsr x1, x1, #26
    cmp x1, #ESR_CLASS_HVC_64
    b.ne 4f
    movz x1, #(FUNCTION_BASE >> 16), lsl #16
    sub x0, x0, x1
    cbz x0, 1f
    cmp x0, #1
    b.eq 2f
    mov x0, #NOT_SUPPORTED
    b 3f
1:  mov x0, #VERSION
    b 3f
2:  mrs x1, tpidr_el2
    tst x1, #0x7ff
    mov x0, #INVALID
    b.ne 3f
    msr vbar_el2, x1
    isb
    mov x0, #0
3:  mrs x1, tpidr_el2
    eret
4:  wfe
    b 4b

    .rept 7
    stop_vector
    .endr
    .balign 0x80
el2_stub_end:

    .section .note.GNU-stack, "", @progbits
