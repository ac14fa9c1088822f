/* fault.c: a CPU exception in kernel code either was expected, and goes on at its fix-up, or is a panic.
 *
 * A fix-up is a pair of addresses in the section `.fixups`: the instruction that may fault, and where to go
 * on when it does. */
#include "machine.h"
#include "panic.h"

extern const uintptr_t fixups_start[][2], fixups_end[][2];

struct context *fault_handle(struct context *context, const struct fault *fault)
{
    for (const uintptr_t(*f)[2] = fixups_start; f < fixups_end; f++)
        if ((*f)[0] == CONTEXT_PC(context)) {
            CONTEXT_PC(context) = (*f)[1];
            return context;
        }
    panic_fault(context, fault);
}
