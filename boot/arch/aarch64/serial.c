/* PL011 (Arm DDI 0183), as the firmware or QEMU left it: it is only written to. */
#include "core/arch.h"

#define DATA       0x00
#define FLAGS      0x18
#define FLAGS_FULL (1U << 5)

static uint64_t uart;

void arch_serial_open(uint64_t base)
{
    uart = base;
}

static void put(char c)
{
    volatile uint32_t *flags = phys_ptr(uart + FLAGS), *data = phys_ptr(uart + DATA);
    for (unsigned i = 0; i < 100000 && (*flags & FLAGS_FULL); i++)
        arch_relax();
    *data = (uint8_t)c;
}

void arch_serial_write(const char *text)
{
    for (; uart && *text; text++) {
        if (*text == '\n')
            put('\r');
        put(*text);
    }
}
