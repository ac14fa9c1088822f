/* timer.c: the `time` counter, and Sstc's comparator or, without it, the firmware's.
 * Source: RISC-V Privileged Architecture, chapter 12 (Sstc); SBI 2.0, chapter 6. */
#include "clock.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "sbi.h"

void arch_clock_init(void)
{
    clock_hz = discovered.riscv.timebase_hz;
    if (clock_hz == 0)
        panic("timer: neither the device tree nor ACPI tells the rate of the time counter");
}

void arch_timer_init_core(void)
{
    arch_timer_set(UINT64_MAX);
}

void arch_timer_set(uint64_t deadline_ns)
{
    uint64_t ticks = deadline_ns == UINT64_MAX ? UINT64_MAX : clock_ticks_at(deadline_ns);
    if (discovered.riscv.has_sstc)
        CSR_WRITE(0x14d, ticks); /* stimecmp */
    else
        sbi_call(SBI_TIME, 0, (long)ticks, 0, 0, 0);
}

const char *arch_timer_name(void)
{
    return discovered.riscv.has_sstc ? "time, Sstc" : "time, SBI";
}

/* The goldfish clock counts nanoseconds; reading the low half latches the high one (QEMU,
 * hw/rtc/goldfish_rtc). SAFETY: a device that discovery found, mapped here. */
uint64_t arch_wall_seconds(void)
{
    phys_t base = discovered.riscv.rtc_base;
    uintptr_t rtc = base ? kspace_map_phys(base, PAGE_SIZE, PAGE_READ | PAGE_DEVICE) : 0;
    if (rtc == 0)
        return 0;
    uint64_t low = *(volatile uint32_t *)rtc;
    return ((uint64_t) * (volatile uint32_t *)(rtc + 4) << 32 | low) / NS_PER_S;
}
