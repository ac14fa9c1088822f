/* alarm.c: the alarm of a PL031: it interrupts when the count of seconds is that of the match
 * register. Source: Arm DDI 0224, chapter 3. */
#include "alarm.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

enum { RTCDR = 0x00, RTCMR = 0x04, RTCIMSC = 0x10, RTCRIS = 0x14, RTCICR = 0x1c };

static uintptr_t clock_window;

/* SAFETY: the window is mapped by alarm_line, a page. */
static volatile uint32_t *reg(unsigned offset)
{
    return (volatile uint32_t *)(clock_window + offset);
}

bool alarm_line(uint32_t *irq, enum irq_trigger *trigger)
{
    if (discovered.arm.rtc_base == 0 || discovered.arm.rtc_intid == 0)
        return false;
    if (clock_window == 0)
        clock_window =
            kspace_map_phys(discovered.arm.rtc_base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
    *irq = discovered.arm.rtc_intid;
    *trigger = IRQ_LEVEL_HIGH;
    return clock_window != 0;
}

/* Again, in case a second begins between reading and writing; the line is let out once it is so. */
void alarm_ring(void)
{
    *reg(RTCIMSC) = 0;
    for (unsigned tries = 0; tries < 3 && !(*reg(RTCRIS) & 1); tries++)
        *reg(RTCMR) = *reg(RTCDR);
    *reg(RTCIMSC) = 1;
}

void alarm_silence(void)
{
    *reg(RTCICR) = 1;
}

bool alarm_by_message(const struct msi_message *message)
{
    return message == NULL;
}
