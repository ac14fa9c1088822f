/* trace_print.c: a trace as text on the console, for tools/trace to read. Between two marker lines,
 * other lines being none of its business:
 *
 *     trace 1 CORES STARTED_NS STOPPED_NS
 *     n NAMED SUBJECT NAME        a name, its bytes outside of ! to ~, and %, as %XX
 *     names LOST
 *     core CORE RECORDED KEPT
 *     e CORE SUM EVENTS           events of that core, oldest first
 *
 * An event is four numbers: kind, nanoseconds since the event before it on this line (since the
 * clock's start for the first), subject, argument. A number is digits of five bits, least first,
 * each but the last with 32 added, as one of 64 characters. SUM is the text's, see checksum; so a
 * line that something else was printed into is known, and no other line depends on it. */
#include "console.h"
#include "trace_parts.h"

#define BEGIN_MARKER "---- bactrian: trace ----"
#define END_MARKER   "---- bactrian: trace end ----"

#define NUMBER_DIGITS 13 /* of 64 bits */
#define LINE_SIZE     220

struct line {
    uint32_t core, size;
    uint64_t last_ns;
    char text[LINE_SIZE + 1];
};

static uint32_t checksum(const char *text)
{
    uint32_t sum = 0;
    while (*text)
        sum = sum * 31 + (uint8_t)*text++;
    return sum;
}

static void flush(struct line *line)
{
    line->text[line->size] = '\0';
    if (line->size)
        print("e %u %x %s\n", line->core, checksum(line->text), line->text);
    line->size = 0;
    line->last_ns = 0;
}

static void put_number(struct line *line, uint64_t number)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; number >= 32; number >>= 5)
        line->text[line->size++] = digit[32 | (number & 31)];
    line->text[line->size++] = digit[number];
}

static void put_event(struct line *line, const struct trace_event *e)
{
    if (line->size + 4 * NUMBER_DIGITS > LINE_SIZE)
        flush(line);
    put_number(line, e->kind);
    put_number(line, e->time_ns - line->last_ns);
    put_number(line, e->subject);
    put_number(line, e->argument);
    line->last_ns = e->time_ns;
}

static void print_events(uint32_t core)
{
    struct line line = {.core = core};
    uint64_t kept = trace_kept(core);
    print("core %u %lu %lu\n", core, trace_recorded(core), kept);
    for (uint64_t n = 0; n < kept; n++)
        put_event(&line, trace_event(core, n));
    flush(&line);
}

static void print_name(enum trace_named named, uint64_t subject, const char *text, size_t size)
{
    char encoded[3 * TRACE_NAME_SIZE + 1];
    size_t n = 0;
    for (size_t i = 0; i < size && text[i]; i++) {
        uint8_t c = (uint8_t)text[i];
        if (c > ' ' && c <= '~' && c != '%') {
            encoded[n++] = (char)c;
        } else {
            encoded[n++] = '%';
            encoded[n++] = "0123456789abcdef"[c >> 4];
            encoded[n++] = "0123456789abcdef"[c & 15];
        }
    }
    encoded[n] = '\0';
    print("n %u %lu %s\n", named, subject, encoded);
}

static void print_list(enum trace_named named, const char *const *name, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (name[i])
            print_name(named, i, name[i], MIN(strlen(name[i]), (size_t)TRACE_NAME_SIZE));
}

static void print_names(void)
{
    print_list(TRACE_NAMED_PHASE, trace_gc_names.phase, trace_gc_names.nr_phases);
    print_list(TRACE_NAMED_COUNTER, trace_gc_names.counter, trace_gc_names.nr_counters);
    for (uint64_t n = 0; n < trace_names_kept(); n++) {
        const struct trace_name *name = trace_name_at(n);
        if (name)
            print_name(name->named, name->subject, name->text, sizeof name->text);
    }
    print("names %lu\n", trace_names_lost());
}

void trace_print(uint32_t nr_cores, uint64_t started_ns, uint64_t stopped_ns)
{
    print(BEGIN_MARKER "\ntrace 1 %u %lu %lu\n", nr_cores, started_ns, stopped_ns);
    if (trace_capacity())
        print_names();
    for (uint32_t i = 0; i < nr_cores; i++)
        print_events(i);
    print(END_MARKER "\n");
}
