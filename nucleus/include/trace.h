/* trace.h: a record of what each core did, its latest events, for `trace` in the monitor. */
#ifndef NUCLEUS_TRACE_H
#define NUCLEUS_TRACE_H

#include "base.h"

#define TRACE_CAPACITY 1024 /* events a core; power of two */

enum trace_kind { TRACE_SWITCH, TRACE_INTERRUPT, TRACE_IPI, TRACE_TIMER, TRACE_WAKE };

struct trace_event {
    uint64_t time_ns;
    uint32_t kind, subject; /* thread id, interrupt number, reasons */
};

/* Written by its own core alone, interrupts off. */
struct trace {
    uint64_t count; /* events ever recorded */
    struct trace_event event[TRACE_CAPACITY];
};

extern bool trace_on;

/* Turning it on forgets what was recorded before. */
void trace_set(bool on);

void trace_record(enum trace_kind kind, uint32_t subject);

static inline void trace(enum trace_kind kind, uint32_t subject)
{
    if (__builtin_expect(trace_on, false))
        trace_record(kind, subject);
}

#endif
