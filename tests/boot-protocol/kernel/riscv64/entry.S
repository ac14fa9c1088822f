/* Saves every register as the loader left it, before anything changes it; t0 is ours. */
    .text
    .globl _start, real_entry, core_entry
    .macro save
    sd x1, 8(t0)
    sd x2, 256(t0)
    sd x3, 24(t0)
    sd x4, 32(t0)
    .irp n, 6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sd x\n, (8 * \n)(t0)
    .endr
    csrr t1, sstatus
    sd t1, 264(t0)
    .endm

#ifdef ENTRY_POINT
_start:
    wfi                             /* never come here: the entry point request says where to go */
    j _start
real_entry:
#else
_start:
real_entry:
#endif
    lla t0, boot_state
    save
    tail test_main

/* A0: struct limine_mp_info. Its extra_argument, at 32, is the state to fill in. */
core_entry:
    ld t0, 32(a0)
    save
    mv a1, a0
    mv a0, t0
    tail core_main

    .section .note.GNU-stack, "", @progbits
