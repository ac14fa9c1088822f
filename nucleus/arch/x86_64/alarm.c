/* alarm.c: the last timer of the HPET: an input of the I/O APIC at a level, or, where it can, a
 * message. Source: IA-PC HPET Specification 1.0a, 2.3. */
#include "alarm.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

enum { CAPABILITIES = 0x00, CONFIGURATION = 0x10, STATUS = 0x20, COUNTER = 0xf0 };
enum { TIMER_CONFIGURATION = 0x00, TIMER_COMPARATOR = 0x08, TIMER_MESSAGE = 0x10 };
#define RUNS              1u
#define TIMER_LEVEL       (1u << 1)
#define TIMER_ENABLED     (1u << 2)
#define TIMER_32_BITS     (1u << 8)
#define TIMER_ROUTE_SHIFT 9
#define TIMER_BY_MESSAGE  (1u << 14)
#define TIMER_CAN_MESSAGE (1u << 15)
#define FIRST_PCI_GSI     16 /* lines that nothing on the ISA bus shares */

#define FS_PER_US 1000000000ull

static uintptr_t window;
static unsigned timer; /* which */
static uint32_t line;

/* SAFETY: the window is mapped by alarm_line, a page; timers have 32 bytes each. */
static volatile uint32_t *reg(unsigned offset)
{
    return (volatile uint32_t *)(window + offset);
}

static volatile uint32_t *timer_reg(unsigned offset)
{
    return reg(0x100 + 0x20 * timer + offset);
}

static bool find_line(void)
{
    uint32_t routes = timer_reg(TIMER_CONFIGURATION)[1];
    for (line = 31; line >= FIRST_PCI_GSI; line--)
        if (routes & 1u << line)
            return true;
    return false;
}

static bool start(void)
{
    window = kspace_map_phys(discovered.x86.hpet_base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
    if (window == 0)
        return false;
    timer = *reg(CAPABILITIES) >> 8 & 0x1f;
    *reg(CONFIGURATION) |= RUNS;
    return alarm_by_message(NULL);
}

bool alarm_line(uint32_t *irq, enum irq_trigger *trigger)
{
    if (discovered.x86.hpet_base == 0 || (window == 0 && !start()) || !find_line())
        return false;
    *irq = line;
    *trigger = IRQ_LEVEL_HIGH;
    return true;
}

/* In 20 microseconds: the comparator must be written before the counter is there. */
void alarm_ring(void)
{
    uint32_t fs_per_tick = reg(CAPABILITIES)[1];
    *timer_reg(TIMER_COMPARATOR) = *reg(COUNTER) + (uint32_t)(20 * FS_PER_US / fs_per_tick);
    *timer_reg(TIMER_CONFIGURATION) |= TIMER_ENABLED;
}

/* One-shot, but in 32 bits it comes round again: so off. */
void alarm_silence(void)
{
    *timer_reg(TIMER_CONFIGURATION) &= ~TIMER_ENABLED;
    *reg(STATUS) = 1u << timer;
}

bool alarm_by_message(const struct msi_message *message)
{
    uint32_t can = *timer_reg(TIMER_CONFIGURATION);
    if (message && !(can & TIMER_CAN_MESSAGE))
        return false;
    if (message) {
        timer_reg(TIMER_MESSAGE)[0] = message->data;
        timer_reg(TIMER_MESSAGE)[1] = (uint32_t)message->address;
    }
    bool has_line = find_line();
    *timer_reg(TIMER_CONFIGURATION) =
        TIMER_32_BITS | (message    ? TIMER_BY_MESSAGE
                         : has_line ? TIMER_LEVEL | line << TIMER_ROUTE_SHIFT
                                    : 0);
    return message || has_line;
}
