/* entry.S: every way into the kernel on aarch64, and out again.
 *
 * Stack discipline: threads run at EL1t on SP_EL0; an exception switches to SP_EL1, which always
 * points to the top of the core's handler stack when a thread runs. An exception at EL1h, so inside
 * a handler, goes to the emergency stack. */
#include "context.h"

        .section .text, "ax", @progbits

        .macro LOAD_ADDRESS reg, symbol
        adrp    \reg, \symbol
        add     \reg, \reg, :lo12:\symbol
        .endm

/* The loader jumps here on its own stack, which will be reused. */
        .global _start
        .type _start, %function
_start: .cfi_startproc
        .cfi_undefined x30
        msr     spsel, #1
        LOAD_ADDRESS x0, boot_handler_stack_top
        mov     sp, x0
        msr     spsel, #0
        LOAD_ADDRESS x0, boot_stack_top
        mov     sp, x0
        mov     x29, xzr
        mov     x30, xzr
        bl      kernel_main
        brk     #0
        .cfi_endproc
        .size _start, . - _start

/* Another core, from the loader's parking loop: x0 = struct limine_mp_info. */
        .global core_entry
        .type core_entry, %function
core_entry:
        .cfi_startproc
        .cfi_undefined x30
        ldr     x0, [x0, #MP_INFO_ARGUMENT]
        LOAD_ADDRESS x1, core_entry_mair
        ldr     x1, [x1]
        LOAD_ADDRESS x2, core_entry_ttbr1
        ldr     x2, [x2]
        msr     mair_el1, x1
        msr     ttbr1_el1, x2
        isb
        tlbi    vmalle1
        dsb     nsh
        isb
        LOAD_ADDRESS x1, core_entry_stack_offset
        ldr     x1, [x1]
        ldr     x1, [x0, x1]
        msr     spsel, #0
        mov     sp, x1
        mov     x29, xzr
        mov     x30, xzr
        bl      core_main_entered
        brk     #0
        .cfi_endproc
        .size core_entry, . - core_entry

/* x0 = the context. All but x0, x1 and what the caller treats itself: what C may use freely, and
 * what it preserves. */
        .macro SAVE_SCRATCH
        stp     x2, x3, [x0, #CONTEXT_X(2)]
        stp     x4, x5, [x0, #CONTEXT_X(4)]
        stp     x6, x7, [x0, #CONTEXT_X(6)]
        stp     x8, x9, [x0, #CONTEXT_X(8)]
        stp     x10, x11, [x0, #CONTEXT_X(10)]
        stp     x12, x13, [x0, #CONTEXT_X(12)]
        stp     x14, x15, [x0, #CONTEXT_X(14)]
        stp     x16, x17, [x0, #CONTEXT_X(16)]
        str     x18, [x0, #CONTEXT_X(18)]
        str     x30, [x0, #CONTEXT_X(30)]
        .endm

        .macro SAVE_PRESERVED
        stp     x19, x20, [x0, #CONTEXT_X(19)]
        stp     x21, x22, [x0, #CONTEXT_X(21)]
        stp     x23, x24, [x0, #CONTEXT_X(23)]
        stp     x25, x26, [x0, #CONTEXT_X(25)]
        stp     x27, x28, [x0, #CONTEXT_X(27)]
        str     x29, [x0, #CONTEXT_X(29)]
        .endm

        .macro LOAD_SCRATCH
        ldp     x2, x3, [x0, #CONTEXT_X(2)]
        ldp     x4, x5, [x0, #CONTEXT_X(4)]
        ldp     x6, x7, [x0, #CONTEXT_X(6)]
        ldp     x8, x9, [x0, #CONTEXT_X(8)]
        ldp     x10, x11, [x0, #CONTEXT_X(10)]
        ldp     x12, x13, [x0, #CONTEXT_X(12)]
        ldp     x14, x15, [x0, #CONTEXT_X(14)]
        ldp     x16, x17, [x0, #CONTEXT_X(16)]
        ldr     x18, [x0, #CONTEXT_X(18)]
        ldr     x30, [x0, #CONTEXT_X(30)]
        .endm

        .macro LOAD_PRESERVED
        ldp     x19, x20, [x0, #CONTEXT_X(19)]
        ldp     x21, x22, [x0, #CONTEXT_X(21)]
        ldp     x23, x24, [x0, #CONTEXT_X(23)]
        ldp     x25, x26, [x0, #CONTEXT_X(25)]
        ldp     x27, x28, [x0, #CONTEXT_X(27)]
        ldr     x29, [x0, #CONTEXT_X(29)]
        .endm

        .macro SAVE_STATE
        mrs     x1, elr_el1
        mrs     x2, spsr_el1
        mrs     x3, tpidr_el0
        stp     x1, x2, [x0, #CONTEXT_PC]
        str     x3, [x0, #CONTEXT_TPIDR]
        .endm

        .macro LOAD_STATE
        ldp     x1, x2, [x0, #CONTEXT_PC]
        ldr     x3, [x0, #CONTEXT_TPIDR]
        msr     elr_el1, x1
        msr     spsr_el1, x2
        msr     tpidr_el0, x3
        .endm

/* An exception from a thread: into its context, then C on the handler stack. */
        .macro FROM_THREAD handler
        .balign 128
        stp     x0, x1, [sp, #-16]!
        mrs     x0, tpidr_el1
        ldr     x0, [x0, #CORE_CONTEXT]
        adr     x1, \handler
        b       trap_from_thread
        .endm

/* System calls go their own way. */
        .macro FROM_USER
        .balign 128
        stp     x0, x1, [sp, #-16]!
        mrs     x0, tpidr_el1
        ldr     x0, [x0, #CORE_CONTEXT]
        mrs     x1, esr_el1
        ubfx    x1, x1, #ESR_CLASS_SHIFT, #6
        cmp     x1, #ESR_CLASS_CALL
        b.eq    call_of_user
        adr     x1, trap_sync_at
        b       trap_from_thread
        .endm

        .macro FROM_HANDLER
        .balign 128
        b       trap_from_handler
        .endm

        .balign 2048
        .global trap_vectors
trap_vectors:
        FROM_THREAD trap_sync_at        /* current level, SP_EL0: kernel threads */
        FROM_THREAD trap_interrupt_at
        FROM_THREAD trap_interrupt_at
        FROM_THREAD trap_serror_at
        FROM_HANDLER                    /* current level, SP_EL1: a handler */
        FROM_HANDLER
        FROM_HANDLER
        FROM_HANDLER
        FROM_USER                       /* lower level, AArch64: user mode */
        FROM_THREAD trap_interrupt_at
        FROM_THREAD trap_interrupt_at
        FROM_THREAD trap_serror_at
        FROM_HANDLER                    /* lower level, AArch32: never entered */
        FROM_HANDLER
        FROM_HANDLER
        FROM_HANDLER

trap_sync_at:
        b       trap_sync
trap_interrupt_at:
        b       trap_interrupt
trap_serror_at:
        b       trap_serror

/* x0 = context, x1 = handler; the thread's own x0 and x1 are on the handler stack. */
        .type trap_from_thread, %function
trap_from_thread:
        SAVE_SCRATCH
        SAVE_PRESERVED
        mov     x4, x1
        ldp     x2, x3, [sp], #16
        stp     x2, x3, [x0, #CONTEXT_X(0)]
        SAVE_STATE
        mrs     x1, sp_el0
        str     x1, [x0, #CONTEXT_SP]
        mrs     x1, tpidr_el1
        mov     x2, #1
        str     x2, [x1, #CORE_TRAP_DEPTH]
        mov     x29, xzr
        blr     x4
        /* fall through */
        .size trap_from_thread, . - trap_from_thread

/* void arch_resume(struct context *): at EL1h, interrupts off. */
        .global arch_resume
        .type arch_resume, %function
arch_resume:
        ldr     x1, [x0, #CONTEXT_CORE]
        str     xzr, [x1, #CORE_TRAP_DEPTH]
        ldr     x2, [x1, #CORE_IRQ_STACK]
        mov     sp, x2
        ldr     x1, [x0, #CONTEXT_SP]
        msr     sp_el0, x1
        LOAD_STATE
        LOAD_SCRATCH
        LOAD_PRESERVED
        ldp     x0, x1, [x0, #CONTEXT_X(0)]
        eret
        .size arch_resume, . - arch_resume

/* As trap_from_thread. What is answered here is back without those registers that C preserves. */
        .type call_of_user, %function
call_of_user:
        SAVE_SCRATCH
        ldp     x2, x3, [sp], #16
        stp     x2, x3, [x0, #CONTEXT_X(0)]
        SAVE_STATE
        mrs     x1, sp_el0
        str     x1, [x0, #CONTEXT_SP]
        mrs     x1, tpidr_el1
        mov     x2, #1
        str     x2, [x1, #CORE_TRAP_DEPTH]
        bl      user_answer
        mov     w3, w0
        mrs     x1, tpidr_el1
        ldr     x0, [x1, #CORE_CONTEXT]
        tbz     w3, #0, call_of_policy
        str     xzr, [x1, #CORE_TRAP_DEPTH]
        ldp     x1, x2, [x0, #CONTEXT_PC]
        msr     elr_el1, x1
        msr     spsr_el1, x2
        LOAD_SCRATCH
        ldp     x0, x1, [x0, #CONTEXT_X(0)]
        eret
call_of_policy:
        SAVE_PRESERVED
        mov     x29, xzr
        bl      user_call
        b       arch_resume
        .size call_of_user, . - call_of_user

/* An exception inside a handler: SP may be anything. Saved on the emergency stack, and resumed from
 * there when a fix-up takes it. */
        .type trap_from_handler, %function
trap_from_handler:
        msr     tpidrro_el0, x0
        mrs     x0, tpidr_el1
        ldr     x0, [x0, #CORE_EMERGENCY_STACK]
        sub     x0, x0, #CONTEXT_SIZE
        str     x1, [x0, #CONTEXT_X(1)]
        mov     x1, sp
        str     x1, [x0, #CONTEXT_SP]
        SAVE_SCRATCH
        SAVE_PRESERVED
        SAVE_STATE
        mrs     x1, tpidrro_el0
        str     x1, [x0, #CONTEXT_X(0)]
        mov     sp, x0
        mov     x29, xzr
        bl      trap_nested
        LOAD_STATE
        LOAD_SCRATCH
        LOAD_PRESERVED
        ldr     x1, [x0, #CONTEXT_SP]
        mov     sp, x1
        ldp     x0, x1, [x0, #CONTEXT_X(0)]
        eret
        .size trap_from_handler, . - trap_from_handler

/* void arch_switch(struct core *, pick): see machine.h. At EL1t, interrupts off. */
        .global arch_switch
        .type arch_switch, %function
arch_switch:
        ldr     x4, [x0, #CORE_CONTEXT]
        stp     x18, x19, [x4, #CONTEXT_X(18)]
        stp     x20, x21, [x4, #CONTEXT_X(20)]
        stp     x22, x23, [x4, #CONTEXT_X(22)]
        stp     x24, x25, [x4, #CONTEXT_X(24)]
        stp     x26, x27, [x4, #CONTEXT_X(26)]
        stp     x28, x29, [x4, #CONTEXT_X(28)]
        str     x30, [x4, #CONTEXT_X(30)]
        mov     x2, sp
        str     x2, [x4, #CONTEXT_SP]
        mov     x3, #((PSTATE_EL1T | PSTATE_DAIF) & 0xffff)
        movk    x3, #(PSTATE_EL1T >> 16), lsl #16
        stp     x30, x3, [x4, #CONTEXT_PC]
        mrs     x3, tpidr_el0
        str     x3, [x4, #CONTEXT_TPIDR]
        mov     x2, #1
        str     x2, [x0, #CORE_TRAP_DEPTH]
        msr     spsel, #1
        mov     x29, xzr
        blr     x1
        b       arch_resume
        .size arch_switch, . - arch_switch

/* void arch_call_on_stack(fn, arg, stack): on a handler stack, so at EL1h. */
        .global arch_call_on_stack
        .type arch_call_on_stack, %function
arch_call_on_stack:
        msr     spsel, #1
        mov     sp, x2
        mov     x29, xzr
        mov     x30, xzr
        mov     x3, x0
        mov     x0, x1
        br      x3
        .size arch_call_on_stack, . - arch_call_on_stack

/* void arch_set_handler_stack(stack): SP_EL1, seen from EL1t. */
        .global arch_set_handler_stack
        .type arch_set_handler_stack, %function
arch_set_handler_stack:
        msr     spsel, #1
        mov     sp, x0
        msr     spsel, #0
        ret
        .size arch_set_handler_stack, . - arch_set_handler_stack

/* void arch_fp_save(struct fp_state *), void arch_fp_restore(const struct fp_state *) */
        .arch_extension fp
        .arch_extension simd
        .macro EACH_PAIR op
        \op     q0, q1, [x0, #0]
        \op     q2, q3, [x0, #32]
        \op     q4, q5, [x0, #64]
        \op     q6, q7, [x0, #96]
        \op     q8, q9, [x0, #128]
        \op     q10, q11, [x0, #160]
        \op     q12, q13, [x0, #192]
        \op     q14, q15, [x0, #224]
        \op     q16, q17, [x0, #256]
        \op     q18, q19, [x0, #288]
        \op     q20, q21, [x0, #320]
        \op     q22, q23, [x0, #352]
        \op     q24, q25, [x0, #384]
        \op     q26, q27, [x0, #416]
        \op     q28, q29, [x0, #448]
        \op     q30, q31, [x0, #480]
        .endm

        .global arch_fp_save
        .type arch_fp_save, %function
arch_fp_save:
        EACH_PAIR stp
        mrs     x1, fpcr
        mrs     x2, fpsr
        str     x1, [x0, #512]
        str     x2, [x0, #520]
        ret
        .size arch_fp_save, . - arch_fp_save

        .global arch_fp_restore
        .type arch_fp_restore, %function
arch_fp_restore:
        EACH_PAIR ldp
        ldr     x1, [x0, #512]
        ldr     x2, [x0, #520]
        msr     fpcr, x1
        msr     fpsr, x2
        ret
        .size arch_fp_restore, . - arch_fp_restore

/* void arch_unwind_here(struct unwind *): the caller's state. Offsets: unwind.h, `reg` at 16 + 8 *
 * DWARF number. */
        .global arch_unwind_here
        .type arch_unwind_here, %function
arch_unwind_here:
        mov     x1, sp
        stp     x30, x1, [x0]
        stp     x19, x20, [x0, #16 + 8 * 19]
        stp     x21, x22, [x0, #16 + 8 * 21]
        stp     x23, x24, [x0, #16 + 8 * 23]
        stp     x25, x26, [x0, #16 + 8 * 25]
        stp     x27, x28, [x0, #16 + 8 * 27]
        stp     x29, x30, [x0, #16 + 8 * 29]
        str     x1, [x0, #16 + 8 * 31]
        ret
        .size arch_unwind_here, . - arch_unwind_here

        .section .bss
        .balign 4096
        .global boot_stack_guard, boot_stack_top, boot_handler_stack_top
boot_stack_guard:
        .skip   4096
        .skip   32768
boot_stack_top:
        .skip   8192
boot_handler_stack_top:
        .section .note.GNU-stack, "", %progbits
