/* The end after an error. */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"

#define DEBUG_EXIT_PORT  0xf4
#define DEBUG_EXIT_ERROR 0x7f /* QEMU's isa-debug-exit makes status 2 * 0x7f + 1 = 255 of it */

void arch_exit_failed(uint64_t base)
{
    (void)base;
    /* Only a hypervisor has the device; on hardware the port is somebody else's. */
    if (cpuid(1).ecx & CPUID_1_ECX_HYPERVISOR)
        outb(DEBUG_EXIT_PORT, DEBUG_EXIT_ERROR);
}

/* Turning a PC off takes an interpreter of ACPI's bytecode. */
noreturn void arch_power_off(const struct machine *machine)
{
    (void)machine;
    for (;;)
        __asm__ volatile("cli; hlt");
}
