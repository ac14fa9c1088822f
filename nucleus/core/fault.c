/* fault.c: a CPU exception in kernel code either was expected, and goes on at its fix-up, or is a
 * panic.
 *
 * A fix-up is a pair of addresses in the section `.fixups`: the instruction that may fault, and
 * where to go on when it does. */
#include "machine.h"
#include "paging.h"
#include "panic.h"

extern const uintptr_t fixups_start[][2], fixups_end[][2];

/* Another core may be replacing a large page by small ones, or this core may remember that a page
 * that is there by now was not: then the access only has to be tried again. */
static bool is_passing(const struct fault *fault)
{
    struct mapping m;
    if (!fault->has_address || fault->present || fault->address < hhdm_offset)
        return false;
    for (unsigned i = 0; i < 1000; i++) {
        if (paging_lookup(fault->address, &m) && m.flags != PAGE_NONE) {
            arch_flush_local(fault->address, PAGE_SIZE);
            return true;
        }
        arch_relax();
    }
    return false;
}

struct context *fault_handle(struct context *context, const struct fault *fault)
{
    for (const uintptr_t(*f)[2] = fixups_start; f < fixups_end; f++)
        if ((*f)[0] == CONTEXT_PC_OF(context)) {
            CONTEXT_PC_OF(context) = (*f)[1];
            return context;
        }
    if (is_passing(fault))
        return context;
    panic_fault(context, fault);
}
