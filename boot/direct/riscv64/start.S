/*
 * Where the SBI firmware enters us: a flat binary, S-mode, MMU off. A0: this hart, A1: the device
 * tree (SBI 1.0, 4.1 and Linux, Documentation/arch/riscv/boot.rst).
 */
    .section .text.start, "ax"
    .globl start
start:
    csrw sie, zero
    csrci sstatus, 2
    lla sp, stack_top
    lla t0, bss_begin
    lla t1, bss_end
1:  bgeu t0, t1, 2f
    sd zero, 0(t0)
    addi t0, t0, 8
    j 1b
2:  mv ra, zero
    mv s0, zero
    tail direct_main

    .section .bss.stack, "aw", @nobits
    .balign 16
stack:
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
