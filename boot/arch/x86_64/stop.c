/* The end after an error: QEMU's isa-debug-exit where it is, else a halted core. */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"

#define DEBUG_EXIT_PORT  0xf4
#define DEBUG_EXIT_ERROR 0x7f /* the device makes status 2 * 0x7f + 1 = 255 of it */

noreturn void arch_stop(const struct machine *machine, uint64_t base)
{
    (void)machine;
    (void)base;
    /* Only a hypervisor has the device; on hardware the port is somebody else's. */
    if (cpuid(1).ecx & CPUID_1_ECX_HYPERVISOR)
        outb(DEBUG_EXIT_PORT, DEBUG_EXIT_ERROR);
    for (;;)
        __asm__ volatile("cli; hlt");
}
