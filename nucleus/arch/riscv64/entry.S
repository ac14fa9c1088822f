/* entry.S: every way into the kernel on riscv64, and out again.
 *
 * Stack discipline: a trap swaps sp with sscratch, so no trap ever writes to the stack it
 * interrupts. A trap while a handler runs goes to the emergency stack. */
#include "context.h"

        .section .text, "ax", @progbits

        .macro LOAD_GP
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        .endm

/* The loader jumps here on its own stack, which will be reused. */
        .global _start
        .type _start, @function
_start: .cfi_startproc
        .cfi_undefined ra
        LOAD_GP
        la      sp, boot_stack_top
        li      fp, 0
        li      ra, 0
        call    kernel_main
        unimp
        .cfi_endproc
        .size _start, . - _start

/* Another core, from the loader's parking loop: a0 = struct limine_mp_info. */
        .global core_entry
        .type core_entry, @function
core_entry:
        .cfi_startproc
        .cfi_undefined ra
        LOAD_GP
        ld      a0, MP_INFO_ARGUMENT(a0)
        ld      t0, core_entry_satp
        sfence.vma
        csrw    satp, t0
        sfence.vma
        ld      t0, core_entry_stack_offset
        add     t0, t0, a0
        ld      sp, (t0)
        li      fp, 0
        li      ra, 0
        call    core_main
        unimp
        .cfi_endproc
        .size core_entry, . - core_entry

/* Of x1, x3 to x31 but t0 (x5), to the context in t0: what C may use freely, and what it preserves. */
        .macro SAVE_SCRATCH
        .irp n, 1,3,4,6,7,10,11,12,13,14,15,16,17,28,29,30,31
        sd      x\n, CONTEXT_X(\n)(t0)
        .endr
        .endm

        .macro SAVE_PRESERVED
        .irp n, 8,9,18,19,20,21,22,23,24,25,26,27
        sd      x\n, CONTEXT_X(\n)(t0)
        .endr
        .endm

/* With sp = core, sscratch = the interrupted sp, the interrupted t0 in CORE_SCRATCH. */
        .macro SAVE_SP_T0_AND_STATE
        ld      t1, CORE_SCRATCH(sp)
        sd      t1, CONTEXT_X(5)(t0)
        csrrw   t1, sscratch, sp
        sd      t1, CONTEXT_X(2)(t0)
        csrr    t1, sepc
        li      t3, STATUS_SUM
        csrrc   t2, sstatus, t3
        sd      t1, CONTEXT_PC(t0)
        sd      t2, CONTEXT_STATUS(t0)
        .endm

        .balign 4
        .global trap_entry
        .type trap_entry, @function
trap_entry:
        csrrw   sp, sscratch, sp
        sd      t0, CORE_SCRATCH(sp)
        ld      t0, CORE_TRAP_DEPTH(sp)
        bnez    t0, trap_in_handler
        ld      t0, CORE_CONTEXT(sp)
        SAVE_SCRATCH
        SAVE_SP_T0_AND_STATE
        LOAD_GP
        li      t1, 1
        sd      t1, CORE_TRAP_DEPTH(sp)
        ld      sp, CORE_IRQ_STACK(sp)
        csrr    t1, scause
        addi    t1, t1, -CAUSE_CALL
        beqz    t1, call_of_user
        SAVE_PRESERVED
        li      fp, 0
        mv      a0, t0
        call    trap_handle
        j       arch_resume

/* What is answered here is back without those registers that C preserves anyway. */
call_of_user:
        ld      t1, CONTEXT_PC(t0)
        addi    t1, t1, CALL_BYTES
        sd      t1, CONTEXT_PC(t0)
        mv      a0, t0
        call    user_answer
        mv      t1, a0
        csrr    t2, sscratch
        ld      t0, CORE_CONTEXT(t2)
        mv      a0, t0
        beqz    t1, call_of_policy
        sd      zero, CORE_TRAP_DEPTH(t2)
        j       load_scratch_and_return
call_of_policy:
        SAVE_PRESERVED
        li      fp, 0
        call    user_call
        j       arch_resume

trap_in_handler:
        ld      t0, CORE_EMERGENCY_STACK(sp)
        addi    t0, t0, -CONTEXT_SIZE
        SAVE_SCRATCH
        SAVE_PRESERVED
        SAVE_SP_T0_AND_STATE
        LOAD_GP
        mv      sp, t0
        li      fp, 0
        mv      a0, t0
        call    trap_nested
        j       load_and_return
        .size trap_entry, . - trap_entry

/* void arch_resume(struct context *): interrupts off. */
        .global arch_resume
        .type arch_resume, @function
arch_resume:
        ld      t0, CONTEXT_CORE(a0)
        sd      zero, CORE_TRAP_DEPTH(t0)
load_and_return:
        .irp n, 8,9,18,19,20,21,22,23,24,25,26,27
        ld      x\n, CONTEXT_X(\n)(a0)
        .endr
load_scratch_and_return:
        ld      t0, CONTEXT_PC(a0)
        ld      t1, CONTEXT_STATUS(a0)
        csrw    sepc, t0
        csrw    sstatus, t1
        .irp n, 1,2,3,4,5,6,7,11,12,13,14,15,16,17,28,29,30,31
        ld      x\n, CONTEXT_X(\n)(a0)
        .endr
        ld      a0, CONTEXT_X(10)(a0)
        sret
        .size arch_resume, . - arch_resume

/* void arch_switch(struct core *, pick): see machine.h. Interrupts are off. */
        .global arch_switch
        .type arch_switch, @function
arch_switch:
        ld      t0, CORE_CONTEXT(a0)
        .irp n, 1,2,3,4,8,9,18,19,20,21,22,23,24,25,26,27
        sd      x\n, CONTEXT_X(\n)(t0)
        .endr
        sd      ra, CONTEXT_PC(t0)
        li      t1, STATUS_SPP | STATUS_FS
        sd      t1, CONTEXT_STATUS(t0)
        li      t1, 1
        sd      t1, CORE_TRAP_DEPTH(a0)
        ld      sp, CORE_IRQ_STACK(a0)
        li      fp, 0
        jalr    a1
        j       arch_resume
        .size arch_switch, . - arch_switch

/* void arch_call_on_stack(fn, arg, stack) */
        .global arch_call_on_stack
        .type arch_call_on_stack, @function
arch_call_on_stack:
        mv      sp, a2
        li      fp, 0
        li      ra, 0
        mv      t0, a0
        mv      a0, a1
        jr      t0
        .size arch_call_on_stack, . - arch_call_on_stack

/* void arch_fp_save(struct fp_state *), void arch_fp_restore(const struct fp_state *) */
        .option arch, +d
        .global arch_fp_save
        .type arch_fp_save, @function
arch_fp_save:
        .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        fsd     f\n, (\n * 8)(a0)
        .endr
        frcsr   t0
        sd      t0, 256(a0)
        ret
        .size arch_fp_save, . - arch_fp_save

        .global arch_fp_restore
        .type arch_fp_restore, @function
arch_fp_restore:
        .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        fld     f\n, (\n * 8)(a0)
        .endr
        ld      t0, 256(a0)
        fscsr   t0
        ret
        .size arch_fp_restore, . - arch_fp_restore

/* void arch_unwind_here(struct unwind *): the caller's state. Offsets: unwind.h, `reg` at 16 + 8 *
 * DWARF number. */
        .global arch_unwind_here
        .type arch_unwind_here, @function
arch_unwind_here:
        sd      ra, 0(a0)
        sd      sp, 8(a0)
        .irp n, 1,2,3,4,8,9,18,19,20,21,22,23,24,25,26,27
        sd      x\n, (16 + 8 * \n)(a0)
        .endr
        ret
        .size arch_unwind_here, . - arch_unwind_here

        .section .bss
        .balign 4096
        .global boot_stack_guard, boot_stack_top
boot_stack_guard:
        .skip   4096
        .skip   32768
boot_stack_top:
        .section .note.GNU-stack, "", @progbits
