/* event.c: the cores' queues of events.
 *
 * Invariants: a queue belongs to its core and is touched by it alone, interrupts off; `queued` is
 * set exactly while the event is in one, so that it cannot be in two. */
#include "clock.h"
#include "cores.h"
#include "event.h"
#include "machine.h"

static struct event {
    struct event *next;
    uint32_t queued; /* a word, as the exchange wants one */
    uint64_t recorded_ns;
    struct event_stats stats;
} events[EVENT_MAX];

void event_record(uint32_t number)
{
    struct core *core = this_core();
    struct event *e = &events[number];
    e->stats.count++;
    if (__atomic_exchange_n(&e->queued, 1, __ATOMIC_ACQ_REL))
        return;
    e->recorded_ns = clock_ns();
    e->next = NULL;
    if (core->events_first == NULL)
        core->events_first = e;
    else
        core->events_last->next = e;
    core->events_last = e;
    if (core->loop)
        thread_unpark(core->loop);
}

bool event_pending(void)
{
    return __atomic_load_n(&this_core()->events_first, __ATOMIC_RELAXED) != NULL;
}

int32_t event_next(void)
{
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    struct event *e = core->events_first;
    if (e) {
        core->events_first = e->next;
        __atomic_store_n(&e->queued, 0, __ATOMIC_RELEASE);
    }
    arch_irq_restore(state);
    return e ? (int32_t)(e - events) : -1;
}

void event_served(uint32_t number)
{
    struct event *e = &events[number];
    uint64_t now = clock_ns(), taken = now - MIN(now, e->recorded_ns);
    e->stats.served++;
    e->stats.total_ns += taken;
    e->stats.longest_ns = MAX(e->stats.longest_ns, taken);
}

struct event_stats event_stats(uint32_t number)
{
    return events[number].stats;
}
