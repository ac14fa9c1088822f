/* PL031 (Arm DDI 0224): seconds since 1970 in its first register. */
#include "core/arch.h"

void arch_clock_read(uint64_t base, struct boot_time *time)
{
    if (base) {
        time->seconds = *(volatile uint32_t *)phys_ptr(base);
        time->known = time->seconds != 0;
    }
}
