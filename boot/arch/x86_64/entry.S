/*
 * The way into the kernel's address space, through one page below 1 MiB.
 *
 * Other cores start in its 16-bit part (Intel SDM vol. 3A, 9.4.4: a startup interrupt with vector V
 * begins at V000:0000). The boot core comes from 64-bit code into its 32-bit part, because the
 * number of paging levels can only change while paging is off. From there both go the same way.
 *
 * EBX holds the page's address throughout. struct trampoline (entry.h) is at trampoline_fields.
 */
#define IN_PAGE(label) ((label) - trampoline_begin)
#define FIELD(offset)  (IN_PAGE(trampoline_fields) + (offset))

#define GDT_LOW  0
#define GDT_HIGH 16
#define RESUME   32
#define START    40
#define CR3      48
#define CR4      52
#define EFER     56
#define TO_32    60
#define TO_64    66

#define CODE_32 0x18
#define DATA_32 0x20
#define CODE_64 0x28
#define DATA_64 0x30

#define MSR_EFER 0xc0000080

    .section .text.trampoline, "ax"
    .globl trampoline_begin, trampoline_32, trampoline_64, trampoline_gdt, trampoline_gdt_end
    .globl trampoline_fields, trampoline_end
    .balign 16
    .code16
trampoline_begin:
    cli
    cld
    xorl %ebx, %ebx
    movw %cs, %bx
    movw %bx, %ds
    shll $4, %ebx
    lgdtl FIELD(GDT_LOW) + 6
    movl %cr0, %eax
    andl $0x9fffffff, %eax          /* caches on: CD and NW are set after INIT */
    orl $1, %eax
    movl %eax, %cr0
    ljmpl *FIELD(TO_32)

    .code32
trampoline_32:
    movw $DATA_32, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl %cr0, %eax
    andl $0x7fffffff, %eax
    movl %eax, %cr0                 /* paging off; the page is mapped one to one */
    movl FIELD(CR4)(%ebx), %eax
    movl %eax, %cr4
    movl FIELD(CR3)(%ebx), %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    movl FIELD(EFER)(%ebx), %eax
    xorl %edx, %edx
    wrmsr
    movl $0x80010031, %eax          /* PG, WP, NE, ET, PE */
    movl %eax, %cr0
    ljmpl *FIELD(TO_64)(%ebx)

    .code64
trampoline_64:
    movl %ebx, %ebx                 /* the upper half is undefined after 32-bit code */
    movq FIELD(START)(%rbx), %rdi
    movq FIELD(RESUME)(%rbx), %rax
    jmpq *%rax

/* As the protocol wants it: null, 16-bit code and data, 32-bit, 64-bit. */
    .balign 8
trampoline_gdt:
    .quad 0
    .quad 0x00009b000000ffff
    .quad 0x000093000000ffff
    .quad 0x00cf9b000000ffff
    .quad 0x00cf93000000ffff
    .quad 0x00af9b000000ffff
    .quad 0x00cf93000000ffff
trampoline_gdt_end:

    .balign 8
trampoline_fields:
    .skip 72
trampoline_end:

    .section .text
/* Runs at its HHDM address in the switch space. RBX: the page, RDI: struct core_start. */
    .globl trampoline_resume
trampoline_resume:
    lgdt FIELD(GDT_HIGH) + 6(%rbx)
    movq handover(%rip), %rax
    movq %rax, %cr3                 /* the kernel's space; the lower half is not ours any more */
    movq (%rdi), %rsp
    leaq 1f(%rip), %rax
    pushq $CODE_64
    pushq %rax
    lretq
1:  movl $DATA_64, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    xorl %eax, %eax
    lldt %ax
    xorl %ebp, %ebp
    call core_arrive

/* void trampoline_enter(uint64_t page, const struct descriptor_table *gdt, uint64_t target) */
    .globl trampoline_enter
trampoline_enter:
    cli
    cld
    movq %rdi, %rbx
    lgdt 6(%rsi)
    pushq $CODE_32
    pushq %rdx
    lretq

/* void arch_jump(uint64_t entry, uint64_t stack_top, uint64_t argument) */
    .globl arch_jump
arch_jump:
    movq %rsi, %rsp
    pushq $0                        /* the return address that the protocol asks for */
    pushq %rdi
    pushq $2                        /* flags: none but the fixed one */
    popfq
    movq %rdx, %rdi
    xorl %eax, %eax
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %esi, %esi
    xorl %ebp, %ebp
    xorl %r8d, %r8d
    xorl %r9d, %r9d
    xorl %r10d, %r10d
    xorl %r11d, %r11d
    xorl %r12d, %r12d
    xorl %r13d, %r13d
    xorl %r14d, %r14d
    xorl %r15d, %r15d
    retq

    .section .note.GNU-stack, "", @progbits
