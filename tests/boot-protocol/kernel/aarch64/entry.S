/* Saves every register as the loader left it, before anything changes it. */
    .text
    .globl _start, real_entry, core_entry
    .macro save_from_x2
    stp x4, x5, [x1, #32]
    stp x6, x7, [x1, #48]
    stp x8, x9, [x1, #64]
    stp x10, x11, [x1, #80]
    stp x12, x13, [x1, #96]
    stp x14, x15, [x1, #112]
    stp x16, x17, [x1, #128]
    stp x18, x19, [x1, #144]
    stp x20, x21, [x1, #160]
    stp x22, x23, [x1, #176]
    stp x24, x25, [x1, #192]
    stp x26, x27, [x1, #208]
    stp x28, x29, [x1, #224]
    str x30, [x1, #240]
    ldp x4, x5, [sp]                /* x0 and x1 */
    stp x4, x5, [x1, #0]
    stp x2, x3, [x1, #16]
    add sp, sp, #16
    mov x4, sp
    str x4, [x1, #256]
    mrs x4, daif
    mrs x5, spsel
    mrs x6, CurrentEL
    orr x4, x4, x5
    orr x4, x4, x6
    str x4, [x1, #264]
    .endm

#ifdef ENTRY_POINT
_start:
    wfi                             /* never come here: the entry point request says where to go */
    b _start
real_entry:
#else
_start:
real_entry:
#endif
    stp x0, x1, [sp, #-16]!
    adrp x1, boot_state
    add x1, x1, :lo12:boot_state
    save_from_x2
    b test_main

/* X0: struct limine_mp_info. Its extra_argument, at 32, is the state to fill in. */
core_entry:
    stp x0, x1, [sp, #-16]!
    ldr x1, [x0, #32]
    save_from_x2
    mov x2, x0
    mov x0, x1
    mov x1, x2
    b core_main

    .section .note.GNU-stack, "", @progbits
