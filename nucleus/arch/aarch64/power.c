/* power.c: semihosting's exit with a status, else PSCI. Sources: Arm Semihosting
 * (SYS_EXIT_EXTENDED); PSCI (Arm DEN0022), 5.1.8 and 5.1.9. */
#include "machine.h"
#include "power.h"

#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT  0x20026
#define PSCI_SYSTEM_OFF   0x84000008
#define PSCI_SYSTEM_RESET 0x84000009

/* Without semihosting `hlt` is an invalid instruction, which the fix-up steps over. */
static void semihosting_exit(unsigned status)
{
    uint64_t block[2] = {APPLICATION_EXIT, status};
    register uint64_t operation __asm__("x0") = SYS_EXIT_EXTENDED;
    register uint64_t argument __asm__("x1") = (uintptr_t)block;
    __asm__ volatile("1: hlt #0xf000; 2:\n"
                     ".pushsection .fixups, \"a\"; .balign 8; .quad 1b, 2b; .popsection"
                     : "+r"(operation)
                     : "r"(argument)
                     : "memory");
}

static void psci(uint64_t function)
{
    register uint64_t x0 __asm__("x0") = function;
    if (discovered.arm.psci == PSCI_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0)::"x1", "x2", "x3", "memory");
    else if (discovered.arm.psci == PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0)::"x1", "x2", "x3", "memory");
}

void arch_power_init(void)
{
}

void arch_power_off(unsigned status)
{
    semihosting_exit(status);
    psci(PSCI_SYSTEM_OFF);
}

void arch_reboot(void)
{
    psci(PSCI_SYSTEM_RESET);
}

_Noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("msr daifset, #15; wfi");
}

void arch_discover_defaults(struct discovered *d)
{
    if (d->arm.timer_virtual_intid == 0)
        d->arm.timer_virtual_intid = 27; /* Arm Base System Architecture, 3.8 */
}
