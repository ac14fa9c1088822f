/* wire.c: reading the lines of a trace. The text comes from a serial line that others print to as
 * well: every line is checked, and what makes no sense is counted and left out. */
#include "wire.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_MARKER "---- bactrian: trace ----"
#define END_MARKER   "---- bactrian: trace end ----"
#define VERSION      1

/* A piece of the text, not 0-terminated. */
struct text {
    const char *at, *end;
};

/* ---- arrays that grow ---- */

static void *grow(void *array, size_t count, size_t *room, size_t item_size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 1024;
    void *larger = reallocarray(array, *room, item_size);
    if (larger == NULL) {
        perror("trace_export");
        exit(1);
    }
    return larger;
}

static void add_event(struct wire_trace *t, struct wire_event event)
{
    t->event = grow(t->event, t->nr_events, &t->events_room, sizeof *t->event);
    t->event[t->nr_events++] = event;
}

static void add_name(struct wire_trace *t, const struct wire_name *name)
{
    t->name = grow(t->name, t->nr_names, &t->names_room, sizeof *t->name);
    t->name[t->nr_names++] = *name;
}

/* ---- words ---- */

static struct text next_line(struct text *rest)
{
    const char *end = memchr(rest->at, '\n', (size_t)(rest->end - rest->at));
    struct text line = {rest->at, end ? end : rest->end};
    rest->at = end ? end + 1 : rest->end;
    while (line.end > line.at && line.end[-1] == '\r')
        line.end--;
    return line;
}

static struct text next_word(struct text *line)
{
    while (line->at < line->end && *line->at == ' ')
        line->at++;
    struct text word = {line->at, line->at};
    while (word.end < line->end && *word.end != ' ')
        word.end++;
    line->at = word.end;
    return word;
}

static bool word_is(struct text word, const char *what)
{
    size_t size = (size_t)(word.end - word.at);
    return size == strlen(what) && memcmp(word.at, what, size) == 0;
}

static bool read_number(struct text *line, unsigned base, uint64_t *number)
{
    struct text word = next_word(line);
    *number = 0;
    if (word.at == word.end)
        return false;
    for (const char *p = word.at; p < word.end; p++) {
        const char *digits = "0123456789abcdef", *digit = *p ? strchr(digits, *p) : NULL;
        if (digit == NULL || (unsigned)(digit - digits) >= base)
            return false;
        if (__builtin_mul_overflow(*number, (uint64_t)base, number) ||
            __builtin_add_overflow(*number, (uint64_t)(digit - digits), number))
            return false;
    }
    return true;
}

static bool at_end(const struct text *line)
{
    return line->at == line->end;
}

/* ---- names ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX stands for the byte. */
static bool decode_name(struct text word, char *name, size_t size)
{
    size_t n = 0;
    for (const char *p = word.at; p < word.end; p++) {
        int c = (unsigned char)*p;
        if (*p == '%') {
            int high = word.end - p > 2 ? hex_value(p[1]) : -1,
                low = high < 0 ? -1 : hex_value(p[2]);
            if (low < 0)
                return false;
            c = high * 16 + low;
            p += 2;
        }
        if (c == 0 || n + 1 == size)
            return false;
        name[n++] = (char)c;
    }
    name[n] = '\0';
    return true;
}

static bool read_name(struct wire_trace *t, struct text *line)
{
    struct wire_name name;
    uint64_t named;
    if (!read_number(line, 10, &named) || named > WIRE_COUNTER ||
        !read_number(line, 10, &name.subject))
        return false;
    name.named = (uint32_t)named;
    name.order = (uint32_t)t->nr_names;
    if (!decode_name(next_word(line), name.text, sizeof name.text) || !at_end(line))
        return false;
    add_name(t, &name);
    return true;
}

/* ---- events ---- */

static uint32_t checksum(struct text word)
{
    uint32_t sum = 0;
    for (const char *p = word.at; p < word.end; p++)
        sum = sum * 31 + (uint8_t)*p;
    return sum;
}

static int digit_value(char c)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digit, c) : NULL;
    return at ? (int)(at - digit) : -1;
}

static bool unpack_number(struct text *packed, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; packed->at < packed->end && shift < 64; shift += 5) {
        int digit = digit_value(*packed->at++);
        if (digit < 0)
            return false;
        *number |= (uint64_t)(digit & 31) << shift;
        if (digit < 32)
            return true;
    }
    return false;
}

static bool unpack_event(struct text *packed, struct wire_event *e)
{
    uint64_t kind, delta;
    if (!unpack_number(packed, &kind) || !unpack_number(packed, &delta) ||
        !unpack_number(packed, &e->subject) || !unpack_number(packed, &e->argument))
        return false;
    e->kind = (uint32_t)kind;
    return kind <= WIRE_FIBER_STEAL && !__builtin_add_overflow(e->time_ns, delta, &e->time_ns);
}

static bool read_events(struct wire_trace *t, struct text *line)
{
    uint64_t core, sum;
    if (!read_number(line, 10, &core) || core >= t->nr_cores || !read_number(line, 16, &sum))
        return false;
    struct text packed = next_word(line);
    if (checksum(packed) != sum || !at_end(line))
        return false;
    struct wire_event e = {.core = (uint32_t)core};
    while (packed.at < packed.end) {
        if (!unpack_event(&packed, &e))
            return false;
        add_event(t, e);
    }
    return true;
}

/* ---- lines ---- */

static bool read_core(struct wire_trace *t, struct text *line)
{
    uint64_t core;
    struct wire_core c;
    if (!read_number(line, 10, &core) || core >= t->nr_cores ||
        !read_number(line, 10, &c.recorded) || !read_number(line, 10, &c.kept) ||
        c.kept > c.recorded || !at_end(line))
        return false;
    t->core[core] = c;
    return true;
}

static bool read_line(struct wire_trace *t, struct text line)
{
    struct text word = next_word(&line);
    if (word_is(word, "n"))
        return read_name(t, &line);
    if (word_is(word, "e"))
        return read_events(t, &line);
    if (word_is(word, "core"))
        return read_core(t, &line);
    if (word_is(word, "names"))
        return read_number(&line, 10, &t->names_lost) && at_end(&line);
    return false;
}

static const char *read_head(struct wire_trace *t, struct text line)
{
    uint64_t version, cores;
    if (!word_is(next_word(&line), "trace") || !read_number(&line, 10, &version))
        return "the trace has no first line";
    if (version != VERSION)
        return "the trace is of another version than this program";
    if (!read_number(&line, 10, &cores) || cores == 0 || cores > WIRE_CORES_MAX ||
        !read_number(&line, 10, &t->started_ns) || !read_number(&line, 10, &t->stopped_ns) ||
        t->stopped_ns < t->started_ns)
        return "the trace's first line makes no sense";
    t->nr_cores = (uint32_t)cores;
    return NULL;
}

/* ---- the whole ---- */

/* The lines between the last pair of markers. What stands before the begin marker on its line is
 * somebody else's. */
static bool find_trace(struct text all, struct text *found)
{
    struct text begun = {NULL, NULL}, rest = all;
    bool complete = false;
    while (rest.at < rest.end) {
        struct text line = next_line(&rest);
        size_t size = (size_t)(line.end - line.at), marker = strlen(BEGIN_MARKER);
        if (size >= marker && memcmp(line.end - marker, BEGIN_MARKER, marker) == 0) {
            begun = rest;
        } else if (begun.at && word_is(line, END_MARKER)) {
            *found = (struct text){begun.at, line.at};
            complete = true;
            begun.at = NULL;
        }
    }
    return complete;
}

static int by_subject(const void *a, const void *b)
{
    const struct wire_name *x = a, *y = b;
    if (x->named != y->named)
        return x->named < y->named ? -1 : 1;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

static int by_subject_and_order(const void *a, const void *b)
{
    const struct wire_name *x = a, *y = b;
    int by = by_subject(a, b);
    return by ? by : x->order < y->order ? -1 : x->order > y->order;
}

/* Of several names for one subject the first stays. */
static void sort_names(struct wire_trace *t)
{
    size_t kept = 0;
    if (t->nr_names)
        qsort(t->name, t->nr_names, sizeof *t->name, by_subject_and_order);
    for (size_t i = 0; i < t->nr_names; i++)
        if (kept == 0 || by_subject(&t->name[kept - 1], &t->name[i]) != 0)
            t->name[kept++] = t->name[i];
    t->nr_names = kept;
}

const char *wire_read(const char *text, size_t size, struct wire_trace *t)
{
    struct text lines, all = {text, text + size};
    memset(t, 0, sizeof *t);
    if (!find_trace(all, &lines))
        return "no complete trace was printed";
    const char *why = read_head(t, next_line(&lines));
    if (why)
        return why;
    while (lines.at < lines.end)
        if (!read_line(t, next_line(&lines)))
            t->damaged++;
    sort_names(t);
    return NULL;
}

void wire_free(struct wire_trace *t)
{
    free(t->event);
    free(t->name);
    memset(t, 0, sizeof *t);
}

const char *wire_name(const struct wire_trace *t, enum wire_named named, uint64_t subject)
{
    struct wire_name key = {.subject = subject, .named = named};
    const struct wire_name *found =
        t->nr_names ? bsearch(&key, t->name, t->nr_names, sizeof key, by_subject) : NULL;
    return found ? found->text : NULL;
}
