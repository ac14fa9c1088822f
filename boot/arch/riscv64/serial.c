/* The SBI's console: the debug console extension, or the legacy call before it. */
#include "arch/riscv64/cpu.h"
#include "core/arch.h"

static bool has_debug_console;

void arch_serial_open(uint64_t base)
{
    (void)base;
    has_debug_console = sbi_call(SBI_BASE, SBI_BASE_PROBE, SBI_DBCN, 0, 0).value != 0;
}

static void put(char c)
{
    if (has_debug_console)
        sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, (uint8_t)c, 0, 0);
    else
        sbi_call(SBI_CONSOLE_PUTCHAR, 0, (uint8_t)c, 0, 0);
}

void arch_serial_write(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            put('\r');
        put(*text);
    }
}
