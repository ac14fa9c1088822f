/* timer.c: the generic timer's virtual counter and timer. Source: Arm ARM (DDI 0487), D12. */
#include "clock.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"

enum { CTL_ENABLE = 1, CTL_MASKED = 2 };

void arch_clock_init(void)
{
    clock_hz = SYSREG_READ(cntfrq_el0);
    if (clock_hz == 0)
        panic("timer: firmware left CNTFRQ_EL0 at 0: the clock's rate is unknown");
}

void arch_timer_init_core(void)
{
    SYSREG_WRITE(cntv_ctl_el0, CTL_MASKED);
}

void arch_timer_set(uint64_t deadline_ns)
{
    if (deadline_ns == UINT64_MAX) {
        SYSREG_WRITE(cntv_ctl_el0, CTL_MASKED);
        return;
    }
    SYSREG_WRITE(cntv_cval_el0, clock_ticks_at(deadline_ns));
    SYSREG_WRITE(cntv_ctl_el0, CTL_ENABLE);
    __asm__ volatile("isb" ::: "memory");
}

const char *arch_timer_name(void)
{
    return "generic timer, virtual";
}

/* PL031's data register (Arm DDI 0224, 3.3.1). SAFETY: a device that discovery found, mapped here.
 */
uint64_t arch_wall_seconds(void)
{
    phys_t base = discovered.arm.rtc_base;
    uintptr_t rtc = base ? kspace_map_phys(base, PAGE_SIZE, PAGE_READ | PAGE_DEVICE) : 0;
    return rtc ? *(volatile uint32_t *)rtc : 0;
}
