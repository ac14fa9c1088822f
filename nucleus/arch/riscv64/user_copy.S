/* user_copy.S: bytes between the kernel and a user's half. See user_memory.h. */
#include "context.h"

        .section .text, "ax", @progbits


        .macro FIX_UP at, to
        .pushsection .fixups, "a"
        .balign 8
        .quad   \at, \to
        .popsection
        .endm

/* size_t arch_user_read(to, from, size), size_t arch_user_write(to, from, size): how many bytes are
 * left. Words where both sides are aligned alike, a single one in one access: it may be a lock.
 * SAFETY: who calls has checked that the user's side is in the user's half. */
        .global arch_user_read, arch_user_write
        .type arch_user_read, @function
        .type arch_user_write, @function
arch_user_read:
arch_user_write:
        li      t0, STATUS_SUM
        csrs    sstatus, t0
        or      t1, a0, a1
        li      t3, 4
        andi    t2, t1, 3
        bnez    t2, bytes
        beq     a2, t3, four
        xor     t1, a0, a1
        andi    t1, t1, 7
        bnez    t1, bytes
to_words:
        andi    t1, a0, 7
        beqz    t1, words
        beqz    a2, done
byte_1: lbu     t2, (a1)
byte_2: sb      t2, (a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        addi    a2, a2, -1
        j       to_words
words:  li      t3, 8
        bltu    a2, t3, bytes
word_1: ld      t2, (a1)
word_2: sd      t2, (a0)
        addi    a0, a0, 8
        addi    a1, a1, 8
        addi    a2, a2, -8
        j       words
bytes:  beqz    a2, done
byte_3: lbu     t2, (a1)
byte_4: sb      t2, (a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        addi    a2, a2, -1
        j       bytes
four:   lw      t2, (a1)
four_2: sw      t2, (a0)
        li      a2, 0
done:   csrc    sstatus, t0
        mv      a0, a2
        ret
        .irp    at, byte_1, byte_2, byte_3, byte_4, word_1, word_2, four, four_2
        FIX_UP  \at, done
        .endr
        .size arch_user_read, . - arch_user_read

/* long arch_user_exchange(uint32_t *at, uint32_t *expected, uint32_t desired): see
 * user_memory.h. */
        .global arch_user_exchange
        .type arch_user_exchange, @function
arch_user_exchange:
        li      t0, STATUS_SUM
        csrs    sstatus, t0
        lw      t1, (a1)
swap:   lr.w.aqrl t2, (a0)
        bne     t2, t1, differs
swap_2: sc.w.rl t3, a2, (a0)
        bnez    t3, swap
        li      a2, 1
        j       done
differs:
        sw      t2, (a1)
        li      a2, 0
        j       done
swap_fails:
        li      a2, -1
        j       done
        FIX_UP  swap, swap_fails
        FIX_UP  swap_2, swap_fails
        .size arch_user_exchange, . - arch_user_exchange
        .section .note.GNU-stack, "", @progbits
