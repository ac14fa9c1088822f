/* The way into the kernel's address space; no stack is used before core_arrive(). */
#include "arch/riscv64/entry.h"

#define SATP_MODE_SV39 8

    .text
    .globl core_begin, core_switch
core_begin:
    lla a0, handover

/* A0: struct handover, A1: struct core_start; physical addresses. */
core_switch:
    csrci sstatus, 2                /* SIE */
    csrw sie, zero
    ld t0, HANDOVER_MODE(a0)
    addi t0, t0, SATP_MODE_SV39
    slli t0, t0, 60
    ld t1, HANDOVER_ENTER(a0)
    ld t2, HANDOVER_KERNEL(a0)
    srli t1, t1, 12
    or t1, t1, t0
    srli t2, t2, 12
    or t2, t2, t0
    ld t3, HANDOVER_HHDM(a0)
    lla t4, 1f
    add t4, t4, t3
    add a0, a1, t3
    sfence.vma
    csrw satp, t1
    sfence.vma
    fence.i
    jr t4

/* At the HHDM address: the lower half is the kernel's own from here. */
1:  csrw satp, t2
    sfence.vma
    ld sp, 0(a0)
    mv ra, zero
    mv s0, zero
    tail core_arrive

/* void arch_jump(uint64_t entry, uint64_t stack_top, uint64_t argument) */
    .globl arch_jump
arch_jump:
    mv t0, a0                       /* the one register that the protocol leaves undefined */
    mv sp, a1
    mv a0, a2
    .irp r, ra,gp,tp,t1,t2,s0,s1,a1,a2,a3,a4,a5,a6,a7,s2,s3,s4,s5,s6,s7,s8,s9,s10,s11,t3,t4,t5,t6
    mv \r, zero
    .endr
    jr t0

    .section .note.GNU-stack, "", @progbits
