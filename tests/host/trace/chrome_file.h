/* chrome_file.h: a file in the trace event format, read back and held against what a viewer may
 * expect of it. Shares nothing with tools/trace, which writes it. */
#ifndef TESTS_CHROME_FILE_H
#define TESTS_CHROME_FILE_H

#include <stddef.h>
#include <stdint.h>
#include "strict_json.h"

struct chrome_event {
    char phase; /* X, i or C */
    uint64_t pid, tid, ts_ns, dur_ns;
    const char *category, *name;
    const struct json *args; /* an object, or NULL */
};

struct chrome_file {
    struct chrome_event *event; /* in the order of the file */
    size_t nr_events;
    struct json *root;
};

/* Reads the file and checks what holds for every trace: strict JSON; every process and every track
 * has a name; on each track spans follow each other in time and nest. NULL, or what is wrong. */
const char *chrome_read(const char *text, size_t size, struct chrome_file *file);
void chrome_free(struct chrome_file *file);

/* What the metadata call a process ("process_name", tid 0) or a track ("thread_name"). */
const char *chrome_name(const struct chrome_file *file, const char *what, uint64_t pid,
                        uint64_t tid);

#endif
