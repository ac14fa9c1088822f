/* chrome_file.c: reading the trace event format back. */
#include "chrome_file.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 2))) static const char *wrong(const char *format, ...)
{
    char *why = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&why, format, args) < 0)
        why = NULL;
    va_end(args);
    return why ? why : "no memory";
}

static const char *string_of(const struct json *object, const char *key)
{
    const struct json *m = json_member(object, key);
    return m && m->type == JSON_STRING ? m->text : NULL;
}

static bool number_of(const struct json *object, const char *key, uint64_t *number)
{
    const struct json *m = json_member(object, key);
    char *end;
    if (m == NULL || m->type != JSON_NUMBER)
        return false;
    *number = strtoull(m->text, &end, 10);
    return *end == '\0';
}

/* Microseconds with exactly three decimals, as nanoseconds. */
static bool time_of(const struct json *object, const char *key, uint64_t *ns)
{
    const struct json *m = json_member(object, key);
    char *point, *end;
    if (m == NULL || m->type != JSON_NUMBER)
        return false;
    uint64_t us = strtoull(m->text, &point, 10);
    if (*point != '.' || strlen(point) != 4)
        return false;
    *ns = us * 1000 + strtoull(point + 1, &end, 10);
    return *end == '\0';
}

static const char *read_event(const struct json *j, struct chrome_event *e)
{
    const char *phase = string_of(j, "ph");
    *e = (struct chrome_event){.args = json_member(j, "args"),
                               .name = string_of(j, "name"),
                               .category = string_of(j, "cat")};
    if (phase == NULL || strlen(phase) != 1 || strchr("XiCM", *phase) == NULL)
        return wrong("an event of an unknown phase");
    e->phase = *phase;
    if (e->name == NULL || !number_of(j, "pid", &e->pid) || !number_of(j, "tid", &e->tid))
        return wrong("an event without name, pid or tid");
    if (e->phase == 'M')
        return NULL;
    if (e->category == NULL || !time_of(j, "ts", &e->ts_ns))
        return wrong("the event %s has no category or time", e->name);
    if ((e->phase == 'X') != time_of(j, "dur", &e->dur_ns))
        return wrong("the event %s has a length and should not, or the other way", e->name);
    return NULL;
}

/* ---- what must hold ---- */

/* The ends of the spans that are open on one track. */
struct track {
    uint64_t pid, tid, end_ns[64], last_ns;
    unsigned depth;
};

static struct track *find_track(struct track *tracks, size_t *count, const struct chrome_event *e)
{
    for (size_t i = 0; i < *count; i++)
        if (tracks[i].pid == e->pid && tracks[i].tid == e->tid)
            return &tracks[i];
    struct track *t = &tracks[(*count)++];
    *t = (struct track){.pid = e->pid, .tid = e->tid};
    return t;
}

static const char *check_order(struct track *t, const struct chrome_event *e)
{
    uint64_t end_ns = e->ts_ns + e->dur_ns;
    if (e->ts_ns < t->last_ns)
        return wrong("%s goes back in time on its track", e->name);
    t->last_ns = e->ts_ns;
    if (e->phase != 'X')
        return NULL;
    while (t->depth > 0 && t->end_ns[t->depth - 1] <= e->ts_ns)
        t->depth--;
    if (t->depth > 0 && end_ns > t->end_ns[t->depth - 1])
        return wrong("%s at %" PRIu64 " ns outlasts the span that it began in", e->name, e->ts_ns);
    if (t->depth == 64)
        return wrong("%s is the 65th span within a span", e->name);
    t->end_ns[t->depth++] = end_ns;
    return NULL;
}

static const char *check_names(const struct chrome_file *f, const struct chrome_event *e)
{
    if (chrome_name(f, "process_name", e->pid, 0) == NULL)
        return wrong("process %" PRIu64 " has no name", e->pid);
    if (e->phase != 'C' && chrome_name(f, "thread_name", e->pid, e->tid) == NULL)
        return wrong("track %" PRIu64 " has no name", e->tid);
    return NULL;
}

static const char *check_tracks(const struct chrome_file *f)
{
    struct track *tracks = calloc(f->nr_events + 1, sizeof *tracks);
    size_t count = 0;
    const char *why = NULL;
    for (size_t i = 0; i < f->nr_events && why == NULL; i++) {
        struct track *t = find_track(tracks, &count, &f->event[i]);
        why = t->last_ns == 0 ? check_names(f, &f->event[i]) : NULL;
        why = why ? why : check_order(t, &f->event[i]);
    }
    free(tracks);
    return why;
}

/* ---- the whole ---- */

static size_t length(const struct json *array)
{
    size_t n = 0;
    for (const struct json *j = array->first; j; j = j->next)
        n++;
    return n;
}

const char *chrome_read(const char *text, size_t size, struct chrome_file *f)
{
    static char error[128];
    *f = (struct chrome_file){.root = json_parse(text, size, error)};
    if (f->root == NULL)
        return error;
    const struct json *events = json_member(f->root, "traceEvents");
    if (events == NULL || events->type != JSON_ARRAY)
        return "no traceEvents";
    f->event = calloc(length(events) + 1, sizeof *f->event);
    for (const struct json *j = events->first; j; j = j->next) {
        const char *why = read_event(j, &f->event[f->nr_events]);
        if (why)
            return why;
        f->nr_events += f->event[f->nr_events].phase != 'M';
    }
    return check_tracks(f);
}

void chrome_free(struct chrome_file *f)
{
    json_free(f->root);
    free(f->event);
}

const char *chrome_name(const struct chrome_file *f, const char *what, uint64_t pid, uint64_t tid)
{
    const struct json *events = json_member(f->root, "traceEvents");
    for (const struct json *j = events ? events->first : NULL; j; j = j->next) {
        uint64_t its_pid, its_tid;
        const char *name = string_of(j, "name");
        if (name && strcmp(name, what) == 0 && number_of(j, "pid", &its_pid) && its_pid == pid &&
            number_of(j, "tid", &its_tid) && (tid == 0 || its_tid == tid))
            return string_of(json_member(j, "args"), "name");
    }
    return NULL;
}
