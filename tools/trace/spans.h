/* spans.h: what a viewer shows, made of what was recorded: spans with a beginning and a length,
 * instants, and counters, each on a track of its core. */
#ifndef TOOLS_TRACE_SPANS_H
#define TOOLS_TRACE_SPANS_H

#include "wire.h"

/* The tracks of a core. Spans of one track are apart, or one lies within the other. */
enum track {
    TRACK_THREADS = 1,
    TRACK_FIBERS,
    TRACK_INTERRUPTS,
    TRACK_DOMAIN, /* + n: what the OCaml runtime does for domain n, up to TRACK_MAX */
    TRACK_MAX = 999,
};

enum shape { SHAPE_SPAN, SHAPE_INSTANT, SHAPE_COUNTER };

struct item {
    enum shape shape;
    uint32_t core, track;
    uint64_t time_ns, length_ns;
    const char *category;
    char name[96];
    const char *argument; /* its name, or NULL: without an argument */
    uint64_t value;
    const char *text; /* the argument in words, or NULL: it is the value */
};

struct spans {
    struct item *item; /* by time; of those that begin together, the longest first */
    size_t nr_items, items_room;
    uint64_t unmatched; /* ends of phases that had no beginning and no place */
};

/* Total: whatever the trace says, spans of one track nest, and none ends after the trace. What has
 * lost its beginning begins with its core's first event; what has lost its end ends with the trace.
 * Names may point into the trace, which must live as long. */
void spans_make(const struct wire_trace *trace, struct spans *spans);
void spans_free(struct spans *spans);

#endif
