/* clock.h: time. One monotonic clock in nanoseconds since the nucleus started, the same on all
 * cores; and on each core one hardware timer behind a queue of deadlines. Tickless: the timer is
 * set only when something waits. */
#ifndef NUCLEUS_CLOCK_H
#define NUCLEUS_CLOCK_H

#include "base.h"

extern uint64_t clock_hz; /* of arch_ticks */

/* Nanoseconds since clock_init. Any context, no lock. */
uint64_t clock_ns(void);

/* The raw count at which clock_ns reaches ns, for timers that compare with the counter. */
uint64_t clock_ticks_at(uint64_t ns);

/* What clock_ns is when the raw count is `ticks`; and a span of ticks in nanoseconds. */
uint64_t clock_ns_at(uint64_t ticks);
uint64_t clock_ns_of(uint64_t ticks);

/* Nanoseconds since 1970-01-01 00:00 UTC, as far as the machine's own clock told at boot; set later
 * by clock_set_wall. */
uint64_t clock_wall_ns(void);
void clock_set_wall(uint64_t ns);

void clock_init(uint64_t boot_seconds);
void clock_init_core(void);
void clock_delay_ns(uint64_t ns); /* spins; for hardware that wants it */

struct timer {
    uint64_t deadline_ns;
    void (*fire)(struct timer *); /* in interrupt context, the timer no longer queued */
    /* the queue's own */
    struct timer *child, *next, *prev;
    struct core *core; /* queued there, or NULL */
};

/* Queues t on this core. It must not be queued. Interrupts off. */
void timer_start(struct timer *t);

/* Takes t off its queue, on its own core, interrupts off; nothing when it is not queued. */
void timer_stop(struct timer *t);

/* What goes off each period, while its thread has the core. A period that ends while the core idles
 * is followed by a whole one. */
struct watch {
    struct thread *thread;
    uint64_t period_ns, deadline_ns;
    void (*fire)(struct watch *); /* in interrupt context */
};

/* This core's from now on, in place of the one that was, on the calling thread. Interrupts off. */
void watch_start(struct watch *w);

/* The core was idle until now. */
void watch_goes_on(struct core *core, uint64_t now);

/* The timer vector's handler: fires what is due and sets the hardware anew. */
void timer_interrupt(void);

/* Has the hardware go off by the earlier of the first deadline and the end of the running slice;
 * when the core idles, not before. */
void timer_update(void);

#endif
