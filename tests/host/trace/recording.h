/* recording.h: what the tests of traces have in common: a machine's cores with what they recorded,
 * the way from there to a viewer, and questions to what it gets. The nucleus's own printer writes
 * the lines, tools/trace makes the file, and a strict reader that knows neither reads it. */
#ifndef TESTS_HOST_TRACE_RECORDING_H
#define TESTS_HOST_TRACE_RECORDING_H

#include "../check.h"
#include "chrome_file.h"
#include "json.h"
#include "spans.h"
#include "trace_parts.h"
#include "wire.h"

/* ---- a machine ---- */

#define EVENTS_MAX 400

static struct {
    struct trace_event event[EVENTS_MAX];
    uint64_t kept, lost;
} core[3];
static struct trace_name name[32];
static uint64_t nr_names, names_lost;
static FILE *line; /* the serial line */

static const char *const phases[] = {"minor", "major", "sweep"}, *const counters[] = {"promoted"};
const struct trace_gc_names trace_gc_names = {phases, counters, 3, 1};

void print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(line, format, args);
    va_end(args);
}

uint64_t trace_capacity(void)
{
    return EVENTS_MAX;
}

uint64_t trace_recorded(uint32_t c)
{
    return core[c].kept + core[c].lost;
}

uint64_t trace_kept(uint32_t c)
{
    return core[c].kept;
}

const struct trace_event *trace_event(uint32_t c, uint64_t n)
{
    return &core[c].event[n];
}

const struct trace_name *trace_name_at(uint64_t n)
{
    return n < nr_names ? &name[n] : NULL;
}

uint64_t trace_names_kept(void)
{
    return nr_names;
}

uint64_t trace_names_lost(void)
{
    return names_lost;
}

static inline void record(uint32_t c, uint64_t time_ns, enum trace_kind kind, uint64_t subject,
                   uint64_t argument)
{
    core[c].event[core[c].kept++] = (struct trace_event){time_ns, kind, subject, argument};
}

static inline void call(enum trace_named named, uint64_t subject, const char *text)
{
    struct trace_name *n = &name[nr_names++];
    *n = (struct trace_name){.named = named, .subject = subject};
    size_t length = strlen(text);
    memcpy(n->text, text, length < sizeof n->text ? length : sizeof n->text);
}

/* ---- the way of a trace ---- */

static char *serial;
static size_t serial_size;

static inline char *printed(uint32_t nr_cores, uint64_t from_ns, uint64_t to_ns)
{
    serial = NULL;
    line = open_memstream(&serial, &serial_size);
    trace_print(nr_cores, from_ns, to_ns);
    fclose(line);
    return serial;
}

/* What the viewer gets of a recording of the serial line. */
static inline struct chrome_file exported(const char *text, size_t size)
{
    struct wire_trace trace;
    struct spans spans;
    struct chrome_file file;
    char *json = NULL;
    size_t json_size = 0;
    const char *why = wire_read(text, size, &trace);
    if (why)
        FAIL("%s", why);
    spans_make(&trace, &spans);
    FILE *out = open_memstream(&json, &json_size);
    json_write(out, &trace, &spans);
    fclose(out);
    spans_free(&spans);
    wire_free(&trace);
    why = chrome_read(json, json_size, &file);
    if (why)
        FAIL("%s", why);
    free(json);
    return file;
}

static inline struct chrome_file viewed(uint32_t nr_cores, uint64_t from_ns, uint64_t to_ns)
{
    printed(nr_cores, from_ns, to_ns);
    return exported(serial, serial_size);
}

/* ---- asking ---- */

/* The n-th event of that name on that core. */
static inline const struct chrome_event *nth(const struct chrome_file *f, uint32_t c,
                                             const char *wanted, unsigned n)
{
    for (size_t i = 0; i < f->nr_events; i++)
        if (f->event[i].pid == c + 1 && strcmp(f->event[i].name, wanted) == 0 && n-- == 0)
            return &f->event[i];
    return NULL;
}

static inline const struct chrome_event *find(const struct chrome_file *f, uint32_t c,
                                              const char *wanted)
{
    const struct chrome_event *e = nth(f, c, wanted, 0);
    if (e == NULL)
        FAIL("core %u has no event %s", c, wanted);
    return e;
}

static inline void check_span(const struct chrome_event *e, uint64_t from_ns, uint64_t to_ns)
{
    CHECK(e != NULL);
    CHECK_EQ(e->phase, 'X');
    CHECK_EQ(e->ts_ns, from_ns);
    CHECK_EQ(e->ts_ns + e->dur_ns, to_ns);
}

static inline void check_argument(const struct chrome_event *e, const char *key,
                                  const char *expected)
{
    const struct json *value = e->args ? json_member(e->args, key) : NULL;
    if (value == NULL || value->text == NULL || strcmp(value->text, expected) != 0)
        FAIL("%s: %s is %s, not %s", e->name, key, value ? value->text : "absent", expected);
}

#endif
