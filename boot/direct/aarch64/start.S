/*
 * Where QEMU enters us: a Linux Image (Linux, Documentation/arch/arm64/booting.rst), which is the
 * only format of -kernel on arm that brings a device tree and an initrd. X0: the device tree. MMU
 * off, EL1 or EL2. Nothing depends on where we are loaded, but for 4 KiB alignment.
 */
    .section .text.start, "ax"
    .globl start
start:
    b 1f
    .long 0
    .quad 0x80000                   /* offset from a 2 MiB boundary */
    .quad image_size                /* with .bss, from the linker script */
    .quad 0x2                       /* little-endian, 4 KiB pages */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

1:  msr daifset, #0xf
    adrp x1, stack_top
    add x1, x1, :lo12:stack_top
    mov sp, x1
    mov x29, xzr
    mov x30, xzr
    adrp x2, bss_begin
    add x2, x2, :lo12:bss_begin
    adrp x3, bss_end
    add x3, x3, :lo12:bss_end
2:  cmp x2, x3
    b.hs 3f
    str xzr, [x2], #8
    b 2b
3:  mov x1, x0
    mov x0, xzr
    b direct_main

    .section .bss.stack, "aw", @nobits
    .balign 16
stack:
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
