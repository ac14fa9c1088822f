/* wire.h: a trace as the kernel prints it (nucleus/core/trace_print.c describes the lines), read
 * from a recording of the serial line. */
#ifndef TOOLS_TRACE_WIRE_H
#define TOOLS_TRACE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are those of nucleus/include/trace.h, which says what subject and argument are. */
enum wire_kind {
    WIRE_SWITCH,
    WIRE_WAKE,
    WIRE_INTERRUPT,
    WIRE_IPI,
    WIRE_TIMER,
    WIRE_GC_BEGIN,
    WIRE_GC_END,
    WIRE_GC_COUNTER,
    WIRE_FIBER_START,
    WIRE_FIBER_RUN,
    WIRE_FIBER_SUSPEND,
    WIRE_FIBER_END,
    WIRE_FIBER_WAKE,
    WIRE_FIBER_STEAL,
};

enum wire_named { WIRE_THREAD, WIRE_FIBER, WIRE_REASON, WIRE_LINE, WIRE_PHASE, WIRE_COUNTER };

struct wire_event {
    uint64_t time_ns, subject, argument;
    uint32_t core, kind;
};

struct wire_name {
    uint64_t subject;
    uint32_t named; /* enum wire_named */
    uint32_t order; /* of their coming */
    char text[49];  /* any bytes but 0, 0-terminated */
};

#define WIRE_CORES_MAX 1024

struct wire_core {
    uint64_t recorded, kept; /* the difference was overwritten */
};

struct wire_trace {
    uint64_t started_ns, stopped_ns;
    uint32_t nr_cores;
    struct wire_core core[WIRE_CORES_MAX];
    struct wire_event *event; /* each core's in the order of time */
    size_t nr_events, events_room;
    struct wire_name *name; /* by named and subject, each once */
    size_t nr_names, names_room;
    uint64_t names_lost;
    uint64_t damaged; /* lines that could not be read */
};

/* Reads the last complete trace in `size` bytes of text, which may hold anything. Returns NULL, or
 * why not in words; the trace is then empty. Free it in either case. */
const char *wire_read(const char *text, size_t size, struct wire_trace *trace);
void wire_free(struct wire_trace *trace);

/* A subject's name; NULL when it has none. */
const char *wire_name(const struct wire_trace *trace, enum wire_named named, uint64_t subject);

#endif
