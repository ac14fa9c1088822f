/* power.c: leaving in an orderly way. */
#include "console.h"
#include "machine.h"
#include "power.h"
#include "trace.h"

_Noreturn void power_off(unsigned status)
{
    trace_end();
    console_drain();
    arch_power_off(status);
    print("\nThe machine can be switched off now.\n");
    arch_halt();
}

_Noreturn void power_reboot(void)
{
    trace_end();
    console_drain();
    arch_reboot();
    print("\nThis machine offers no way to reboot.\n");
    arch_halt();
}
