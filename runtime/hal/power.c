/* power.c: the stubs of kernel/hal/power.ml. */
#include <caml/mlvalues.h>
#include "panic.h"
#include "power.h"
#include "base.h"

value hal_power_off(value status)
{
    power_off((unsigned)Int_val(status) & 0x7f);
}

value hal_power_reboot(value unit)
{
    (void)unit;
    power_reboot();
}

value hal_power_panic(value reason)
{
    panic("%s", String_val(reason));
}

/* SAFETY: meant to fault; page 0 is never mapped. */
value hal_power_fault(value unit)
{
    (void)unit;
    uintptr_t null = 0;
    __asm__ volatile("" : "+r"(null)); /* or the compiler would see it and cut the function short */
    return *(volatile value *)null;
}
