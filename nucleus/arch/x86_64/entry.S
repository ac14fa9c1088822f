/* entry.S: every way into the kernel on x86_64, and out again.
 *
 * Stack discipline: an interrupt's frame lands in the running thread's struct context (IST 1), a
 * fault's on the core's fault stack, laid out the same; C then runs on the core's handler stack.
 * Interrupts stay off until `iretq`. The core is found from the context, never from GS.
 *
 * In user mode GS is the user's, and the kernel's base waits behind `swapgs`: each way in from
 * there, by the saved CS, and each way back swaps. A trap that may come between, with the kernel's
 * CS and the user's GS (NMI, double fault, machine check, debug), writes GS itself and puts back
 * what it found. */
#include "context.h"

        .section .text, "ax", @progbits

/* The loader jumps here on its own stack, which will be reused. */
        .global _start
        .type _start, @function
_start: .cfi_startproc
        .cfi_undefined rip
        leaq    boot_stack_top(%rip), %rsp
        xorl    %ebp, %ebp
        pushq   $0
        call    kernel_main
        ud2
        .cfi_endproc
        .size _start, . - _start

/* Another core, from the loader's parking loop: rdi = struct limine_mp_info. The kernel's tables
 * map this code and struct core (in the dynamic range) and the stack; the loader's need not. */
        .global core_entry
        .type core_entry, @function
core_entry:
        .cfi_startproc
        .cfi_undefined rip
        movq    MP_INFO_ARGUMENT(%rdi), %rdi
        movl    $0xc0000080, %ecx       /* EFER: no-execute on, before tables that use it */
        rdmsr
        orl     $0x800, %eax
        wrmsr
        movq    core_entry_root(%rip), %rax
        movq    %rax, %cr3
        movq    core_entry_stack_offset(%rip), %rax
        movq    (%rdi,%rax), %rsp
        xorl    %ebp, %ebp
        pushq   $0
        call    core_main_entered
        ud2
        .cfi_endproc
        .size core_entry, . - core_entry

        .macro PUSH_REGISTERS
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        .endm

/* Vectors 0 to 255, 16 bytes each. Exceptions with an error code of the CPU's own: 8, 10-14, 17,
 * 21, 29, 30. */
        .balign 16
        .global trap_stubs
trap_stubs:
        .set vector, 0
        .rept 256
        .balign 16
        .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
        pushq   $0
        .endif
        pushq   $vector
        .if vector == 2 || vector == 8 || vector == 18
        jmp     anywhere_common
        .elseif vector == 1
        jmp     debug_common
        .elseif vector < 32
        jmp     fault_common
        .else
        jmp     interrupt_common
        .endif
        .set vector, vector + 1
        .endr

/* The user's flags in force: direction, and alignment check, which lets the kernel at the user's
 * pages. */
        .macro CLEAR_FLAGS
        cld
        cmpb    $0, smap_is_on(%rip)
        je      1f
        clac
1:
        .endm

        .macro SWAP_GS_OF_USER at
        testb   $SELECTOR_USER_BITS, \at
        jz      1f
        swapgs
1:
        .endm

        .type interrupt_common, @function
interrupt_common:
        PUSH_REGISTERS
        CLEAR_FLAGS
        SWAP_GS_OF_USER CONTEXT_CS(%rsp)
        movq    %rsp, %rdi
        movq    CONTEXT_CORE(%rdi), %rcx
        movq    $1, CORE_TRAP_DEPTH(%rcx)
        movq    CORE_IRQ_STACK(%rcx), %rsp
        call    interrupt_handle
        movq    %rax, %rdi
        jmp     arch_resume
        .size interrupt_common, . - interrupt_common

/* The frame stays on the fault stack while C runs below it. */
        .type fault_common, @function
fault_common:
        PUSH_REGISTERS
        CLEAR_FLAGS
        testb   $SELECTOR_USER_BITS, CONTEXT_CS(%rsp)
        jnz     fault_of_user
        movq    %rsp, %rdi
        movq    %rsp, %rbp
        movq    CONTEXT_CORE(%rdi), %rcx
        incq    CORE_TRAP_DEPTH(%rcx)
        subq    $16, %rsp
        andq    $-16, %rsp
        call    trap_fault
        movq    CONTEXT_CORE(%rax), %rcx
        decq    CORE_TRAP_DEPTH(%rcx)
        movq    %rax, %rsp
        jmp     pop_and_return
        .size fault_common, . - fault_common

/* The frame moves into the user's context. */
        .type fault_of_user, @function
fault_of_user:
        swapgs
        movq    CONTEXT_CORE(%rsp), %rdx
        movq    %rsp, %rsi
        movq    CORE_CONTEXT(%rdx), %rdi
        movq    %rdi, %rax
        movl    $(CONTEXT_SIZE / 8), %ecx
        rep movsq
        movq    $1, CORE_TRAP_DEPTH(%rdx)
        movq    CORE_IRQ_STACK(%rdx), %rsp
        movq    %rax, %rdi
        xorl    %ebp, %ebp
        call    trap_of_user
        movq    %rax, %rdi
        jmp     arch_resume
        .size fault_of_user, . - fault_of_user

/* syscall: rcx = where to go on, r11 = the flags; the stack is the user's. */
        .global syscall_entry
        .type syscall_entry, @function
syscall_entry:
        swapgs
        movq    %rsp, %gs:CORE_SCRATCH
        movq    %gs:CORE_CONTEXT, %rsp
        addq    $CONTEXT_SIZE, %rsp
        pushq   $SELECTOR_USER_DATA
        pushq   %gs:CORE_SCRATCH
        pushq   %r11
        pushq   $SELECTOR_USER_CODE
        pushq   %rcx
        pushq   $0
        pushq   $VECTOR_CALL
        PUSH_REGISTERS
        movq    %rsp, %rdi
        movq    CONTEXT_CORE(%rdi), %rcx
        movq    $1, CORE_TRAP_DEPTH(%rcx)
        movq    CORE_IRQ_STACK(%rcx), %rsp
        xorl    %ebp, %ebp
        movq    %rdi, %rbx
        call    user_answer
        movq    %rbx, %rdi
        testb   %al, %al
        jnz     arch_resume
        call    user_call
        movq    %rax, %rdi
        jmp     arch_resume
        .size syscall_entry, . - syscall_entry

/* In the kernel it may be the user's, of an instruction before syscall, and come where GS is still
 * his. */
        .type debug_common, @function
debug_common:
        testb   $SELECTOR_USER_BITS, (CONTEXT_CS - CONTEXT_VECTOR)(%rsp)
        jnz     fault_common
        jmp     anywhere_common
        .size debug_common, . - debug_common

/* As fault_common, whatever GS is: rbx and r12 keep it. */
        .type anywhere_common, @function
anywhere_common:
        PUSH_REGISTERS
        CLEAR_FLAGS
        movq    %rsp, %rdi
        movq    %rsp, %rbp
        movq    CONTEXT_CORE(%rdi), %r13
        movl    $MSR_GS_BASE, %ecx
        rdmsr
        movl    %eax, %ebx
        movl    %edx, %r12d
        movq    %r13, %rax
        movq    %r13, %rdx
        shrq    $32, %rdx
        wrmsr
        incq    CORE_TRAP_DEPTH(%r13)
        subq    $16, %rsp
        andq    $-16, %rsp
        call    trap_fault
        decq    CORE_TRAP_DEPTH(%r13)
        movq    %rax, %rsp
        movl    $MSR_GS_BASE, %ecx
        movl    %ebx, %eax
        movl    %r12d, %edx
        wrmsr
        jmp     pop_and_return_as_it_is
        .size anywhere_common, . - anywhere_common

/* void arch_switch(struct core *, pick): see machine.h. Interrupts are off. */
        .global arch_switch
        .type arch_switch, @function
arch_switch:
        movq    CORE_CONTEXT(%rdi), %rax
        movq    (%rsp), %rdx
        leaq    8(%rsp), %rcx
        movq    %rdx, CONTEXT_RIP(%rax)
        movq    %rcx, CONTEXT_RSP(%rax)
        movq    $SELECTOR_KERNEL_CODE, CONTEXT_CS(%rax)
        movq    $SELECTOR_KERNEL_DATA, CONTEXT_SS(%rax)
        movq    $2, CONTEXT_RFLAGS(%rax)
        movq    %rbx, CONTEXT_RBX(%rax)
        movq    %rbp, CONTEXT_RBP(%rax)
        movq    %r12, CONTEXT_R12(%rax)
        movq    %r13, CONTEXT_R13(%rax)
        movq    %r14, CONTEXT_R14(%rax)
        movq    %r15, CONTEXT_R15(%rax)
        movq    $1, CORE_TRAP_DEPTH(%rdi)
        movq    CORE_IRQ_STACK(%rdi), %rsp
        call    *%rsi
        movq    %rax, %rdi
        /* fall through */
        .size arch_switch, . - arch_switch

/* void arch_resume(struct context *) */
        .global arch_resume
        .type arch_resume, @function
arch_resume:
        movq    CONTEXT_CORE(%rdi), %rcx
        movq    $0, CORE_TRAP_DEPTH(%rcx)
        movq    %rdi, %rsp
pop_and_return:
        SWAP_GS_OF_USER CONTEXT_CS(%rsp)
pop_and_return_as_it_is:
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp
        iretq
        .size arch_resume, . - arch_resume

/* void arch_call_on_stack(fn, arg, stack) */
        .global arch_call_on_stack
        .type arch_call_on_stack, @function
arch_call_on_stack:
        movq    %rdx, %rsp
        xorl    %ebp, %ebp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        pushq   $0
        jmp     *%rax
        .size arch_call_on_stack, . - arch_call_on_stack

/* void arch_unwind_here(struct unwind *): the caller's state. Offsets: unwind.h, `reg` at 16 + 8 *
 * DWARF number. */
        .global arch_unwind_here
        .type arch_unwind_here, @function
arch_unwind_here:
        movq    (%rsp), %rax
        leaq    8(%rsp), %rcx
        movq    %rax, (%rdi)
        movq    %rcx, 8(%rdi)
        movq    %rbx, 16+8*3(%rdi)
        movq    %rbp, 16+8*6(%rdi)
        movq    %rcx, 16+8*7(%rdi)
        movq    %r12, 16+8*12(%rdi)
        movq    %r13, 16+8*13(%rdi)
        movq    %r14, 16+8*14(%rdi)
        movq    %r15, 16+8*15(%rdi)
        movq    %rax, 16+8*16(%rdi)
        ret
        .size arch_unwind_here, . - arch_unwind_here

        .section .bss
        .balign 4096
        .global boot_stack_guard, boot_stack_top, boot_fault_stack_top
boot_stack_guard:
        .skip   4096
        .skip   32768
boot_stack_top:
        .skip   8192
boot_fault_stack_top:
        .skip   16                      /* the core pointer that a fault's frame ends with */
        .section .note.GNU-stack, "", @progbits
