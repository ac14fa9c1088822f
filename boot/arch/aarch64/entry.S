/*
 * The way into the kernel's address space, from EL2 or EL1, MMU on or off.
 *
 * Until the MMU is on with our tables, code and struct handover are reached at physical addresses:
 * handover.c has cleaned them from the caches. No stack is used before core_arrive().
 */
#include "arch/aarch64/entry.h"

#define SCTLR_EL1_OFF 0x30d00800    /* the bits that are reserved as one: LSMAOE, nTLSMD, SPAN, */
                                    /* EIS, TSCXT, EOS */
#define SCTLR_EL1_ON  0x30d0181d    /* those, and M, C, SA, SA0, I */
#define SCTLR_EL2_OFF 0x30c50830    /* likewise reserved as one */

/* TCR_EL1 without IPS: T0SZ = T1SZ = 16, 4 KiB granules, walks write-back and inner shareable. */
#define TCR_VALUE 0xb5103510

/* Loads a 32-bit constant. */
    .macro mov_q register, value
    movz \register, #((\value) & 0xffff)
    movk \register, #((\value) >> 16), lsl #16
    .endm

#define SPSR_EL1H_MASKED 0x3c5
#define SPSR_EL1T_MASKED 0x3c4

    .text
    .globl core_begin, core_begin_spinning, core_switch
core_begin_spinning:
    adrp x0, spinning_start
    ldr x0, [x0, :lo12:spinning_start]
core_begin:
    mov x1, x0
    adrp x0, handover
    add x0, x0, :lo12:handover

/* X0: struct handover, X1: struct core_start; physical addresses. */
core_switch:
    msr daifset, #0xf
    mrs x2, CurrentEL
    cmp x2, #(1 << 2)
    b.eq from_el1

/* From EL2: MMU off, leave the stub there, and go down. */
    mov_q x2, SCTLR_EL2_OFF
    msr sctlr_el2, x2
    isb
    tlbi alle2
    dsb sy
    isb
    mov x2, #(1 << 31)              /* RW: EL1 is 64-bit; nothing is trapped, no stage 2, no VHE */
    msr hcr_el2, x2
    isb
    mov x2, #3                      /* EL1 may read the physical counter and use its timer */
    msr cnthctl_el2, x2
    msr cntvoff_el2, xzr
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    mrs x2, midr_el1
    msr vpidr_el2, x2
    mrs x2, mpidr_el1
    msr vmpidr_el2, x2
    mrs x2, id_aa64dfr0_el1         /* no debug traps; EL1 keeps all event counters */
    ubfx x2, x2, #8, #4
    cbz x2, 1f
    cmp x2, #0xf
    b.eq 1f
    mrs x2, pmcr_el0
    ubfx x2, x2, #11, #5
    b 2f
1:  mov x2, xzr
2:  msr mdcr_el2, x2
    mov x2, #0x33ff                 /* CPTR_EL2: the reserved ones and TZ; no other trap */
    mrs x3, id_aa64pfr0_el1
    ubfx x4, x3, #32, #4            /* SVE? */
    cbz x4, 3f
    bic x2, x2, #(1 << 8)
    msr cptr_el2, x2
    isb
    mov x4, #0xf
    msr s3_4_c1_c2_0, x4            /* ZCR_EL2: all vector lengths */
3:  msr cptr_el2, x2
    ubfx x4, x3, #24, #4            /* GIC system registers? */
    cbz x4, 4f
    mrs x4, s3_4_c12_c9_5           /* ICC_SRE_EL2: SRE and Enable, EL1 may use them */
    mov x5, #9
    orr x4, x4, x5
    msr s3_4_c12_c9_5, x4
    isb
    msr s3_4_c12_c11_0, xzr         /* ICH_HCR_EL2 */
4:  mrs x4, id_aa64mmfr0_el1        /* fine-grained traps? */
    lsr x4, x4, #56
    tst x4, #0xf
    b.eq 5f
    msr s3_4_c1_c1_4, xzr           /* HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, */
    msr s3_4_c1_c1_5, xzr           /* HDFGRTR_EL2, HDFGWTR_EL2 */
    msr s3_4_c1_c1_6, xzr
    msr s3_4_c3_c1_4, xzr
    msr s3_4_c3_c1_5, xzr
5:  ldr x2, [x0, #HANDOVER_EL2_STUB]
    msr vbar_el2, x2
    mov_q x2, SCTLR_EL1_OFF
    msr sctlr_el1, x2
    mov x2, #SPSR_EL1H_MASKED
    msr spsr_el2, x2
    adr x2, at_el1
    msr elr_el2, x2
    isb
    eret

from_el1:
    mov_q x2, SCTLR_EL1_OFF
    msr sctlr_el1, x2
    isb

/* At EL1 with the MMU off. */
at_el1:
    msr spsel, #1
    ldr x2, [x0, #HANDOVER_ENTER_LOW]
    ldr x3, [x0, #HANDOVER_ENTER_HIGH]
    ldr x4, [x0, #HANDOVER_HHDM]
    ldr x5, [x0, #HANDOVER_KERNEL_LOW]
    mov x6, #MAIR_VALUE
    msr mair_el1, x6
    mov_q x6, TCR_VALUE
    mrs x7, id_aa64mmfr0_el1        /* IPS: what the core has, at most 48 bits */
    and x7, x7, #7
    cmp x7, #5
    mov x8, #5
    csel x7, x7, x8, ls
    bfi x6, x7, #32, #3
    msr tcr_el1, x6
    msr ttbr0_el1, x2
    msr ttbr1_el1, x3
    isb
    tlbi vmalle1
    ic iallu
    dsb sy
    isb
    mov_q x6, SCTLR_EL1_ON
    msr sctlr_el1, x6
    isb
    adr x6, 6f
    add x6, x6, x4
    br x6

/* At the HHDM address: the lower half is the kernel's own from here. */
6:  msr ttbr0_el1, x5
    isb
    tlbi vmalle1
    dsb sy
    isb
    add x0, x1, x4
    ldr x2, [x0]
    mov sp, x2
    mov x29, xzr
    mov x30, xzr
    b core_arrive

/* void arch_jump(uint64_t entry, uint64_t stack_top, uint64_t argument) */
    .globl arch_jump
arch_jump:
    msr sp_el0, x1                  /* EL1t: the stack that PSTATE.SP = 0 selects */
    msr elr_el1, x0
    mov x1, #SPSR_EL1T_MASKED
    msr spsr_el1, x1
    mov x0, x2
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    mov x\n, xzr
    .endr
    eret

    .section .note.GNU-stack, "", @progbits
