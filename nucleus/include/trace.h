/* trace.h: a record of what each core did and when: threads, interrupts, collections, fibers.
 *
 * Each core writes its own buffer, interrupts off, and the newest events replace the oldest. While
 * recording is off an event costs a load and a branch. Nothing is allocated before the first
 * trace_start. What was recorded leaves the machine over the console (trace_save), in a compact
 * form that tools/trace turns into a file for Perfetto or Chrome's viewer. */
#ifndef NUCLEUS_TRACE_H
#define NUCLEUS_TRACE_H

#include "base.h"
#include "clock.h"

/* What happened, to which subject, with which argument. Kinds with a length are recorded at their
 * end. The numbers are known to kernel/hal/trace.ml and tools/trace/wire.h. */
enum trace_kind {
    TRACE_SWITCH,        /* thread `subject` runs from now on; it follows thread `argument` */
    TRACE_WAKE,          /* thread `subject` may run again, on core `argument` */
    TRACE_INTERRUPT,     /* device interrupt `subject` took `argument` ns */
    TRACE_IPI,           /* another core's interrupt for reasons `subject` took `argument` ns */
    TRACE_TIMER,         /* the timer's interrupt took `argument` ns */
    TRACE_GC_BEGIN,      /* a phase `subject` of the OCaml runtime, in domain `argument`. When the
                          * same one just ended, with nothing in between, that end is forgotten */
    TRACE_GC_END,        /* the same */
    TRACE_GC_COUNTER,    /* the OCaml runtime's counter `subject` is `argument` */
    TRACE_FIBER_START,   /* fiber `subject` was made; argument: by fiber, 0 by none */
    TRACE_FIBER_RUN,     /* fiber `subject` runs from now on */
    TRACE_FIBER_SUSPEND, /* fiber `subject` waits, for reason `argument` */
    TRACE_FIBER_END,     /* fiber `subject` is over; argument: 0, or 1 when it raised */
    TRACE_FIBER_WAKE,    /* fiber `subject` may run again, on core `argument` */
    TRACE_FIBER_STEAL,   /* this core took fiber `subject` from core `argument` */
};

struct trace_event {
    uint64_t time_ns;
    uint64_t kind : 8, subject : 56;
    uint64_t argument;
};

/* In struct core. Written by its own core alone, interrupts off. */
struct trace {
    struct trace_event *event; /* [trace_capacity()], or NULL before the first trace_start */
    uint64_t count;            /* events ever recorded */
    uint64_t first;            /* how many of them were there when recording last began */
};

extern bool trace_on;

/* Reads trace=EVENTS from the kernel command line: with it recording begins now, and what is
 * recorded is saved when the machine ends, in a panic too. Boot core, all cores up. */
void trace_init(void);

/* Begins to record anew. The first call allocates a buffer for each core, of `events` events (0: as
 * many as there are, or TRACE_DEFAULT), rounded up to a power of two; later calls keep its size.
 * Returns 0, -EINVAL (not TRACE_MIN to TRACE_MAX), -ENOMEM, or -EBUSY (there are buffers of
 * another size). Thread context. */
#define TRACE_MIN     64ul
#define TRACE_DEFAULT 4096ul
#define TRACE_MAX     (1ul << 24)
int trace_start(uint64_t events);

/* Ends recording; what was recorded stays. Any context. */
void trace_stop(void);

/* Stops, and prints everything recorded between two marker lines. Any context; slow. */
void trace_save(void);

/* Saves what trace_init promised to save, once. Called on every way out. */
void trace_end(void);

uint64_t trace_capacity(void); /* events a core; 0 before the first trace_start */

/* Events of a core since recording began, and how many of them can still be read. */
uint64_t trace_recorded(uint32_t core);
uint64_t trace_kept(uint32_t core);

/* Event `n` of those kept, oldest first: n < trace_kept. To be called with recording off. */
const struct trace_event *trace_event(uint32_t core, uint64_t n);

/* ---- recording: any context ---- */

void trace_record(enum trace_kind kind, uint64_t subject, uint64_t argument);

static inline void trace(enum trace_kind kind, uint64_t subject, uint64_t argument)
{
    if (__builtin_expect(trace_on, false))
        trace_record(kind, subject, argument);
}

/* For what takes time: when it began, or 0 while recording is off; and, when it is over, the event.
 */
static inline uint64_t trace_begin(void)
{
    return __builtin_expect(trace_on, false) ? clock_ns() : 0;
}

static inline void trace_took(enum trace_kind kind, uint64_t subject, uint64_t began_ns)
{
    if (__builtin_expect(began_ns != 0, false))
        trace_record(kind, subject, clock_ns() - began_ns);
}

/* ---- names ---- */

/* Whose name: the numbers are known to kernel/hal/trace.ml and tools/trace/wire.h. */
enum trace_named {
    TRACE_NAMED_THREAD,
    TRACE_NAMED_FIBER,
    TRACE_NAMED_REASON, /* why fibers are suspended */
    TRACE_NAMED_INTERRUPT,
    TRACE_NAMED_PHASE,
    TRACE_NAMED_COUNTER,
};

#define TRACE_NAME_SIZE 48 /* longer ones are cut */

/* While recording: the saved trace will call the subject so. The first of several names for one
 * subject counts; when the table is full (an eighth of the events of one core) names are counted
 * as lost. Any context. */
void trace_name_bytes(enum trace_named what, uint64_t subject, const char *bytes, size_t size);

static inline void trace_name(enum trace_named what, uint64_t subject, const char *name)
{
    if (__builtin_expect(trace_on, false))
        trace_name_bytes(what, subject, name, strlen(name));
}

/* What runtime/ knows of the OCaml runtime: names of its phases and counters by number. */
struct trace_gc_names {
    const char *const *phase, *const *counter;
    uint32_t nr_phases, nr_counters;
};
extern const struct trace_gc_names trace_gc_names;

#endif
