/* trace_parts.h: what the trace's own files tell each other: trace.c records, trace_names.c keeps
 * names, trace_print.c says it all. */
#ifndef NUCLEUS_TRACE_PARTS_H
#define NUCLEUS_TRACE_PARTS_H

#include "trace.h"

struct trace_name {
    uint64_t subject;
    char text[TRACE_NAME_SIZE]; /* 0-terminated when shorter */
    uint32_t named;             /* enum trace_named */
    bool written;
};

/* Makes room for so many names. 0 or -ENOMEM. */
int trace_names_allocate(uint64_t names);

void trace_names_forget(void);

/* Names what is there already: every thread, and the console's interrupt. */
void trace_names_known(void);

/* Name `n` in the order they came; NULL when there are not as many, or it is just being written. */
const struct trace_name *trace_name_at(uint64_t n);
uint64_t trace_names_kept(void);
uint64_t trace_names_lost(void);

/* Prints names and events between the markers; recording is off. */
void trace_print(uint32_t nr_cores, uint64_t started_ns, uint64_t stopped_ns);

#endif
