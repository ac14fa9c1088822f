/* The end after an error: semihosting where somebody listens, else PSCI, else a waiting core. */
#include "arch/aarch64/psci.h"
#include "core/arch.h"

/* In semihosting.S: SYS_EXIT_EXTENDED; comes back when nobody listens. */
void semihosting_exit(uint64_t status);

#define EXIT_STATUS 255

noreturn void arch_stop(const struct machine *machine, uint64_t base)
{
    (void)base;
    semihosting_exit(EXIT_STATUS);
    if (machine->psci != START_NONE)
        psci_call(machine->psci, PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;)
        __asm__ volatile("wfe");
}
