/* power.c: the test device, which takes a status, else the firmware's reset extension.
 * Sources: QEMU, hw/misc/sifive_test (device tree "sifive,test0"); SBI 2.0, chapter 10. */
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "power.h"
#include "sbi.h"

enum { TEST_FAIL = 0x3333, TEST_PASS = 0x5555, TEST_RESET = 0x7777 };

static volatile uint32_t *test_device;

void arch_power_init(void)
{
    phys_t base = discovered.riscv.test_device;
    if (base)
        test_device =
            (volatile uint32_t *)kspace_map_phys(base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
}

void arch_power_off(unsigned status)
{
    if (test_device)
        *test_device = status == 0 ? TEST_PASS : status << 16 | TEST_FAIL;
    sbi_call(SBI_SRST, 0, 0, status != 0, 0, 0);
}

void arch_reboot(void)
{
    if (test_device)
        *test_device = TEST_RESET;
    sbi_call(SBI_SRST, 0, 1, 0, 0, 0);
}

_Noreturn void arch_halt(void)
{
    arch_irq_disable();
    for (;;)
        __asm__ volatile("wfi");
}

void arch_discover_defaults(struct discovered *d)
{
    (void)d; /* the firmware's console serves until another is known: uart_firmware */
}
