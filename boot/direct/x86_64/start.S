/*
 * Where QEMU enters us: the PVH start (Xen, "x86/HVM direct boot ABI"). 32-bit protected mode with
 * flat segments and paging off; EBX points to struct hvm_start_info.
 *
 * We map the first 4 GiB one to one with 2 MiB pages, turn on long mode and call direct_main().
 */
    .section .note.pvh, "a", @note
    .balign 4
    .long 4                         /* name's size, descriptor's size, type */
    .long 4
    .long 18                        /* XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long start

#define MSR_EFER 0xc0000080

    .section .text.start, "ax"
    .code32
    .globl start
start:
    cli
    cld
    movl $stack_top, %esp
    movl $pml4, %edi
    leal 0x1000 + 3(%edi), %eax     /* pml4[0]: the table that follows, present and writable */
    movl %eax, (%edi)
    leal 0x2000 + 3(%edi), %eax
    leal 0x1000(%edi), %edx
    movl $4, %ecx
1:  movl %eax, (%edx)               /* four directories */
    addl $0x1000, %eax
    addl $8, %edx
    loop 1b
    leal 0x2000(%edi), %edx
    movl $0x83, %eax                /* present, writable, large */
    movl $2048, %ecx
2:  movl %eax, (%edx)
    addl $0x200000, %eax
    addl $8, %edx
    loop 2b

    movl %edi, %cr3
    movl $0x20, %eax                /* PAE */
    movl %eax, %cr4
    movl $MSR_EFER, %ecx
    rdmsr
    orl $0x100, %eax                /* LME */
    wrmsr
    movl $0x80010031, %eax          /* PG, WP, NE, ET, PE */
    movl %eax, %cr0
    lgdt gdt_pointer
    ljmpl $0x08, $start_64

    .code64
start_64:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    xorl %ebp, %ebp
    xorl %edi, %edi
    movl %ebx, %esi
    call direct_main

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff
    .quad 0x00cf93000000ffff
gdt_pointer:
    .word . - gdt - 1
    .long gdt

    .section .bss
    .balign 4096
pml4:
    .skip 6 * 4096
stack:
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
