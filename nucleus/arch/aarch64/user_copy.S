/* user_copy.S: bytes between the kernel and a user's half, with the accesses that have the user's
 * rights (Arm ARM, C3.2.5: LDTR and STTR). See user_memory.h. */
        .section .text, "ax", @progbits

        .macro FIX_UP at, to
        .pushsection .fixups, "a"
        .balign 8
        .quad   \at, \to
        .popsection
        .endm

/* x0 = to, x1 = from, x2 = size; x2 counts what is left. */
        .macro COPY load, loadb, store, storeb
        cmp     x2, #4
        b.eq    4f
1:      cmp     x2, #8
        b.lo    2f
11:     \load   x3, [x1]
12:     \store  x3, [x0]
        add     x0, x0, #8
        add     x1, x1, #8
        sub     x2, x2, #8
        b       1b
2:      cbz     x2, 3f
21:     \loadb  w3, [x1]
22:     \storeb w3, [x0]
        add     x0, x0, #1
        add     x1, x1, #1
        sub     x2, x2, #1
        b       2b
4:
41:     \load   w3, [x1]        /* in one access: it may be a lock */
42:     \store  w3, [x0]
        mov     x2, #0
3:      mov     x0, x2
        ret
        FIX_UP  11b, 3b
        FIX_UP  12b, 3b
        FIX_UP  21b, 3b
        FIX_UP  22b, 3b
        FIX_UP  41b, 3b
        FIX_UP  42b, 3b
        .endm

/* size_t arch_user_read(to, from, size), size_t arch_user_write(to, from, size): how many bytes are
 * left. SAFETY: who calls has checked that the user's side is in the user's half. */
        .global arch_user_read
        .type arch_user_read, %function
arch_user_read:
        COPY    ldtr, ldtrb, str, strb
        .size arch_user_read, . - arch_user_read

        .global arch_user_write
        .type arch_user_write, %function
arch_user_write:
        COPY    ldr, ldrb, sttr, sttrb
        .size arch_user_write, . - arch_user_write

/* long arch_user_exchange(uint32_t *at, uint32_t *expected, uint32_t desired): see user_memory.h.
 * There is no exclusive access with the user's rights: PAN is off meanwhile, and a first access
 * with the user's rights has faulted where the user may not read. */
        .arch_extension pan
        .global arch_user_exchange
        .type arch_user_exchange, %function
arch_user_exchange:
        mov     x5, x0
        ldr     w3, [x1]
        adrp    x6, pan_is_on
        ldrb    w6, [x6, #:lo12:pan_is_on]
        mov     x0, #-1
1:      ldtr    w4, [x5]
        cbz     w6, 2f
        msr     pan, #0
2:      ldaxr   w4, [x5]
        cmp     w4, w3
        b.ne    4f
3:      stlxr   w7, w2, [x5]
        cbnz    w7, 2b
        mov     x0, #1
        b       5f
4:      clrex
        str     w4, [x1]
        mov     x0, #0
5:      cbz     w6, 6f
        msr     pan, #1
6:      ret
        FIX_UP  1b, 6b
        FIX_UP  2b, 5b
        FIX_UP  3b, 5b
        .size arch_user_exchange, . - arch_user_exchange
        .section .note.GNU-stack, "", %progbits
