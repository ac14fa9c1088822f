/*
 * The goldfish real-time clock (Android, goldfish virtual hardware): nanoseconds since 1970.
 * Reading the low half latches the high one.
 */
#include "core/arch.h"

#define TIME_LOW  0
#define TIME_HIGH 4

void arch_clock_read(uint64_t base, struct boot_time *time)
{
    if (!base)
        return;
    uint64_t low = *(volatile uint32_t *)phys_ptr(base + TIME_LOW);
    uint64_t high = *(volatile uint32_t *)phys_ptr(base + TIME_HIGH);
    time->seconds = (int64_t)((high << 32 | low) / 1000000000);
    time->known = time->seconds != 0;
}
