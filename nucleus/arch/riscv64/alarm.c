/* alarm.c: the alarm of a goldfish clock: it interrupts when the time of day, in nanoseconds, has
 * reached the alarm's. Source: QEMU, hw/rtc/goldfish_rtc. */
#include "alarm.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

enum { ALARM_LOW = 0x08, ALARM_HIGH = 0x0c, IRQ_ENABLED = 0x10, CLEAR_INTERRUPT = 0x1c };

static uintptr_t clock_window;

/* SAFETY: the window is mapped by alarm_line, a page. */
static volatile uint32_t *reg(unsigned offset)
{
    return (volatile uint32_t *)(clock_window + offset);
}

bool alarm_line(uint32_t *irq, enum irq_trigger *trigger)
{
    if (discovered.riscv.rtc_base == 0 || discovered.riscv.rtc_source == 0)
        return false;
    if (clock_window == 0)
        clock_window =
            kspace_map_phys(discovered.riscv.rtc_base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
    *irq = discovered.riscv.rtc_source;
    *trigger = IRQ_LEVEL_HIGH;
    return clock_window != 0;
}

/* For 1970, which is over. Writing the low word sets the alarm. */
void alarm_ring(void)
{
    *reg(IRQ_ENABLED) = 1;
    *reg(ALARM_HIGH) = 0;
    *reg(ALARM_LOW) = 1;
}

void alarm_silence(void)
{
    *reg(CLEAR_INTERRUPT) = 1;
}

bool alarm_by_message(const struct msi_message *message)
{
    return message == NULL;
}
