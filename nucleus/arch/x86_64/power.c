/* power.c: QEMU's isa-debug-exit, ACPI's S5 and reset register, the keyboard controller's reset
 * line. */
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "ports.h"
#include "power.h"

#define DEBUG_EXIT_PORT                                                                            \
    0xf4 /* -device isa-debug-exit,iobase=0xf4,iosize=4: QEMU ends with 2 * value + 1 */
#define SLP_EN           (1u << 13)
#define SLEEP_CONTROL_EN 0x20

static volatile uint8_t *sleep_control; /* mapped, when it is in memory */

void arch_power_init(void)
{
    if (discovered.x86.sleep_control.present && discovered.x86.sleep_control.space == 0)
        sleep_control = (volatile uint8_t *)kspace_map_phys(discovered.x86.sleep_control.address, 1,
                                                            PAGE_WRITE | PAGE_DEVICE);
}

/* Machines without the PM1 registers (ACPI 6.5, 4.8.3.7). */
static void sleep_control_off(void)
{
    uint8_t value = (uint8_t)(discovered.x86.s5_sleep_type_a << 2 | SLEEP_CONTROL_EN);
    if (discovered.x86.sleep_control.present && discovered.x86.sleep_control.space == 1)
        port_write8((uint16_t)discovered.x86.sleep_control.address, value);
    else if (sleep_control)
        *sleep_control = value;
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
    if (discovered.x86.s5_sleep_type_a >= 0)
        sleep_control_off();
}

void arch_reboot(void)
{
    if (discovered.x86.reset.present && discovered.x86.reset.space == 1)
        port_write8((uint16_t)discovered.x86.reset.address, discovered.x86.reset.value);
    for (unsigned i = 0; i < 100000 && (port_read8(0x64) & 2); i++)
        arch_relax();
    port_write8(0x64, 0xfe);
    /* SAFETY: an empty descriptor table turns the next exception into a triple fault, which resets.
     */
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
