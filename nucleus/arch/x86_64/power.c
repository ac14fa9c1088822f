/* power.c: QEMU's isa-debug-exit, ACPI's S5 and reset register, the keyboard controller's reset line. */
#include "machine.h"
#include "ports.h"
#include "power.h"

#define DEBUG_EXIT_PORT 0xf4 /* -device isa-debug-exit,iobase=0xf4,iosize=4: QEMU ends with 2 * value + 1 */
#define SLP_EN          (1u << 13)

void arch_power_init(void)
{
}

void arch_power_off(unsigned status)
{
    port_write8(DEBUG_EXIT_PORT, (uint8_t)(status & 0x7f));
    if (discovered.x86.pm1a_control_port && discovered.x86.s5_sleep_type_a >= 0)
        port_write16(discovered.x86.pm1a_control_port,
                     (uint16_t)(SLP_EN | (unsigned)discovered.x86.s5_sleep_type_a << 10));
    if (discovered.x86.pm1b_control_port && discovered.x86.s5_sleep_type_b >= 0)
        port_write16(discovered.x86.pm1b_control_port,
                     (uint16_t)(SLP_EN | (unsigned)discovered.x86.s5_sleep_type_b << 10));
}

void arch_reboot(void)
{
    if (discovered.x86.reset.present && discovered.x86.reset.space == 1)
        port_write8((uint16_t)discovered.x86.reset.address, discovered.x86.reset.value);
    for (unsigned i = 0; i < 100000 && (port_read8(0x64) & 2); i++)
        arch_relax();
    port_write8(0x64, 0xfe);
    /* SAFETY: an empty descriptor table turns the next exception into a triple fault, which resets. */
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; int3" ::"m"(none));
}

_Noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

void arch_discover_defaults(struct discovered *d)
{
    if (d->console.kind != CONSOLE_NONE)
        return;
    d->console.kind = CONSOLE_16550_PORT; /* COM1 */
    d->console.base = 0x3f8;
    d->console.irq = 4;
    d->console.has_irq = true;
}
