/* unwind.h: from one stack frame to its caller's, by the call-frame information in .eh_frame
 * (DWARF 5 section 6.4; Linux Standard Base, .eh_frame). Serves the panic screen: it trusts nothing
 * it reads, allocates nothing, and stops at the first thing that makes no sense.
 *
 * It covers C, the assembly with CFI directives, and OCaml: the runtime's own assembly describes
 * its stack switches. Two limits lie in OCaml 5.3's information itself: ocamlopt's for riscv64 is
 * wrong in a function after its first epilogue (frame descriptors are right), and while C calls
 * back into OCaml from a fiber, the way from that fiber to its parent is not to be found.
 */
#ifndef NUCLEUS_UNWIND_H
#define NUCLEUS_UNWIND_H

#include "base.h"

/* DWARF register numbers of the architecture index this; the columns that the unwinder itself
 * needs are named by struct unwind_tables. x86_64: 0..16 (16 is the return address). aarch64: 0..31
 * (30 lr, 31 sp), 64..95 d0..d31 are not followed. riscv64: 0..31 (1 ra, 2 sp). */
#define UNWIND_REGISTERS 34

/* entry.S knows these offsets. After a step sp is in its column of reg as well; before it, only
 * this one counts. */
struct unwind {
    uint64_t pc, sp;
    uint64_t reg[UNWIND_REGISTERS];
    bool in_call; /* pc is a return address: the call before it is what is looked up */
};

struct unwind_tables {
    const uint8_t *eh_frame, *eh_frame_end;
    uint8_t return_column, sp_column, registers; /* of the architecture */
    /* Reads 8 bytes at addr: false when that may fault. */
    bool (*read)(uint64_t addr, uint64_t *value);
};

/* Moves u to its caller. Returns true, or false when there is no table entry for pc, the entry says
 * that this is the outermost frame, the caller would be at address 0 or the same frame again, or
 * anything is malformed or unreadable; u is then unchanged. Looks through the whole table; needs 4
 * KiB of stack. */
bool unwind_step(const struct unwind_tables *tables, struct unwind *u);

#endif
