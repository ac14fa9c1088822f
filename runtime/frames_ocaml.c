/* frames_ocaml.c: what the OCaml runtime's frame descriptors tell the panic screen: the size of an
 * OCaml frame, and the places in the source behind a return address. Reads the runtime's tables,
 * allocates nothing. */
#define CAML_INTERNALS
#include <caml/backtrace_prim.h>
#include <caml/frame_descriptors.h>
#include "console.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "unwind.h"

static const uint8_t unwind_columns[] = {UNWIND_COLUMNS}; /* the second is the stack pointer */

static frame_descr *descriptor(uintptr_t pc)
{
    caml_frame_descrs *table = caml_get_frame_descrs();
    return table ? caml_find_frame_descr(table, pc) : NULL;
}

/* At a return address the caller's stack pointer is one frame up, and its own return address just
 * below that (runtime/caml/stack.h, Saved_return_address). */
static bool step(struct unwind *u)
{
    frame_descr *d = descriptor(u->pc);
    if (d == NULL || d->frame_data == FRAME_RETURN_TO_C)
        return false;
    uint64_t sp = u->sp + frame_size(d), pc;
    if (!paging_readable(sp - 8))
        return false;
    pc = *(const uint64_t *)(sp - 8); /* SAFETY: the tables allow it, checked above */
    u->pc = pc;
    u->in_call = true;
    u->sp = sp;
    u->reg[unwind_columns[1]] = sp;
    return true;
}

static void describe(uintptr_t pc)
{
    frame_descr *d = descriptor(pc);
    if (d == NULL || d->frame_data == FRAME_RETURN_TO_C || !frame_has_debug(d))
        return;
    const char *before = "  ";
    for (debuginfo dbg = caml_debuginfo_extract((backtrace_slot)d); dbg;
         dbg = caml_debuginfo_next(dbg)) {
        struct caml_loc_info at;
        caml_debuginfo_location(dbg, &at);
        if (at.loc_valid)
            print("%s%s, line %d", before, at.loc_filename, at.loc_start_lnum);
        before = ", inlined at ";
    }
}

const struct panic_ocaml panic_ocaml_frames = {step, describe};
