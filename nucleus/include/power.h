/* power.h: leaving. */
#ifndef NUCLEUS_POWER_H
#define NUCLEUS_POWER_H

#include "base.h"

#define EXIT_PANIC 101

/* Ends the machine; the host sees `status` (0 to 127) where the machine has a way to say it:
 * isa-debug-exit, semihosting, the test device. Else it is powered off. */
_Noreturn void power_off(unsigned status);
_Noreturn void power_reboot(void);

/* The architecture's part. The first maps what the others need; they return when the machine offers
 * no such thing. */
void arch_power_init(void);
void arch_power_off(unsigned status);
void arch_reboot(void);
_Noreturn void arch_halt(void);

#endif
