/* event.h: what interrupt handlers tell their core's loop (kernel/sched): "number so-and-so
 * happened". A queue a core of those events that happened since the loop last asked; each is in at
 * most one queue, at most once, however often it happened. */
#ifndef NUCLEUS_EVENT_H
#define NUCLEUS_EVENT_H

#include "base.h"
#include "irq.h"

/* Events are numbered: interrupts by their own numbers, then these. */
enum {
    EVENT_CONSOLE = IRQ_MAX, /* input has come */
    EVENT_MIRROR,            /* output that console_read_mirror gives */
    EVENT_PROBE,             /* of tests */
    EVENT_MAX
};

/* Queues the event on this core, unless it is queued, and ends the loop's wait. Interrupt context,
 * or interrupts off. O(1). */
void event_record(uint32_t number);

/* Takes the core's next event off its queue; -1 when there is none. Thread context. */
int32_t event_next(void);

/* Whether there is one. A load; may be out of date at once, but one recorded later ends the loop's
 * next wait. */
bool event_pending(void);

/* The time from when the event was queued to now joins its statistics: whoever waited for it runs.
 */
void event_served(uint32_t number);

struct event_stats {
    uint64_t count;      /* recorded */
    uint64_t served;     /* answered; fewer, when several became one */
    uint64_t longest_ns; /* from the record to the answer */
    uint64_t total_ns;
};
struct event_stats event_stats(uint32_t number);

#endif
