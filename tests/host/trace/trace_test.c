/* trace_test.c: from what a kernel records to what a viewer gets. The nucleus's own printer writes
 * the lines, tools/trace makes the file, and a strict reader that knows neither reads it. */
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

static void record(uint32_t c, uint64_t time_ns, enum trace_kind kind, uint64_t subject,
                   uint64_t argument)
{
    core[c].event[core[c].kept++] = (struct trace_event){time_ns, kind, subject, argument};
}

static void call(enum trace_named named, uint64_t subject, const char *text)
{
    struct trace_name *n = &name[nr_names++];
    *n = (struct trace_name){.named = named, .subject = subject};
    memcpy(n->text, text, strnlen(text, sizeof n->text));
}

/* ---- the way of a trace ---- */

static char *serial;
static size_t serial_size;

static char *printed(uint32_t nr_cores, uint64_t from_ns, uint64_t to_ns)
{
    serial = NULL;
    line = open_memstream(&serial, &serial_size);
    trace_print(nr_cores, from_ns, to_ns);
    fclose(line);
    return serial;
}

/* What the viewer gets of a recording of the serial line. */
static struct chrome_file exported(const char *text, size_t size)
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

static struct chrome_file viewed(uint32_t nr_cores, uint64_t from_ns, uint64_t to_ns)
{
    printed(nr_cores, from_ns, to_ns);
    return exported(serial, serial_size);
}

/* ---- asking ---- */

/* The n-th event of that name on that core. */
static const struct chrome_event *nth(const struct chrome_file *f, uint32_t c, const char *wanted,
                                      unsigned n)
{
    for (size_t i = 0; i < f->nr_events; i++)
        if (f->event[i].pid == c + 1 && strcmp(f->event[i].name, wanted) == 0 && n-- == 0)
            return &f->event[i];
    return NULL;
}

static const struct chrome_event *find(const struct chrome_file *f, uint32_t c, const char *wanted)
{
    const struct chrome_event *e = nth(f, c, wanted, 0);
    if (e == NULL)
        FAIL("core %u has no event %s", c, wanted);
    return e;
}

static void check_span(const struct chrome_event *e, uint64_t from_ns, uint64_t to_ns)
{
    CHECK(e != NULL);
    CHECK_EQ(e->phase, 'X');
    CHECK_EQ(e->ts_ns, from_ns);
    CHECK_EQ(e->ts_ns + e->dur_ns, to_ns);
}

static void check_argument(const struct chrome_event *e, const char *key, const char *expected)
{
    const struct json *value = e->args ? json_member(e->args, key) : NULL;
    if (value == NULL || value->text == NULL || strcmp(value->text, expected) != 0)
        FAIL("%s: %s is %s, not %s", e->name, key, value ? value->text : "absent", expected);
}

/* ---- what a core does ---- */

TEST(threads_run_one_after_another)
{
    call(TRACE_NAMED_THREAD, 1, "idle");
    call(TRACE_NAMED_THREAD, 5, "main");
    record(0, 1500, TRACE_SWITCH, 1, 5);
    record(0, 2000, TRACE_SWITCH, 5, 1);
    record(0, 4001, TRACE_SWITCH, 9, 5);
    struct chrome_file f = viewed(1, 1000, 5000);
    check_span(nth(&f, 0, "main 5", 0), 1000, 1500);
    check_span(nth(&f, 0, "main 5", 1), 2000, 4001);
    check_span(find(&f, 0, "thread 9"), 4001, 5000);
    CHECK_EQ(f.nr_events, 3);
}

TEST(interrupts_have_lengths)
{
    call(TRACE_NAMED_INTERRUPT, 33, "console");
    record(1, 2000, TRACE_INTERRUPT, 33, 500);
    record(1, 2600, TRACE_TIMER, 0, 100);
    record(1, 2700, TRACE_IPI, 3, 50);
    record(1, 2800, TRACE_INTERRUPT, 7, 10);
    struct chrome_file f = viewed(2, 1000, 3000);
    check_span(find(&f, 1, "console"), 1500, 2000);
    check_span(find(&f, 1, "timer"), 2500, 2600);
    check_span(find(&f, 1, "ipi: reschedule flush"), 2650, 2700);
    check_span(find(&f, 1, "interrupt 7"), 2790, 2800);
}

TEST(a_length_that_is_too_long_is_cut)
{
    record(0, 2000, TRACE_TIMER, 0, 100);
    record(0, 2010, TRACE_TIMER, 0, 500);
    struct chrome_file f = viewed(1, 1950, 3000);
    check_span(nth(&f, 0, "timer", 0), 1950, 2000);
    check_span(nth(&f, 0, "timer", 1), 2000, 2010);
}

TEST(wake_ups_say_where_to)
{
    call(TRACE_NAMED_THREAD, 6, "backup");
    record(0, 2000, TRACE_WAKE, 6, 3);
    struct chrome_file f = viewed(1, 1000, 3000);
    const struct chrome_event *e = find(&f, 0, "wake backup 6");
    CHECK_EQ(e->phase, 'i');
    check_argument(e, "core", "3");
}

/* ---- the collector ---- */

TEST(phases_nest)
{
    record(0, 1100, TRACE_GC_BEGIN, 1, 0);
    record(0, 1200, TRACE_GC_BEGIN, 2, 0);
    record(0, 1300, TRACE_GC_END, 2, 0);
    record(0, 1400, TRACE_GC_END, 1, 0);
    record(0, 1400, TRACE_GC_BEGIN, 0, 0);
    record(0, 1500, TRACE_GC_END, 0, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    check_span(find(&f, 0, "major"), 1100, 1400);
    check_span(find(&f, 0, "sweep"), 1200, 1300);
    check_span(find(&f, 0, "minor"), 1400, 1500);
}

TEST(domains_have_tracks_of_their_own)
{
    record(0, 1100, TRACE_GC_BEGIN, 0, 0);
    record(0, 1200, TRACE_GC_BEGIN, 0, 4);
    record(0, 1300, TRACE_GC_END, 0, 0);
    record(0, 1400, TRACE_GC_END, 0, 4);
    struct chrome_file f = viewed(1, 1000, 2000);
    const struct chrome_event *first = nth(&f, 0, "minor", 0), *second = nth(&f, 0, "minor", 1);
    check_span(first, 1100, 1300);
    check_span(second, 1200, 1400);
    CHECK(strcmp(chrome_name(&f, "thread_name", 1, first->tid), "OCaml domain 0") == 0);
    CHECK(strcmp(chrome_name(&f, "thread_name", 1, second->tid), "OCaml domain 4") == 0);
}

TEST(a_lost_beginning_is_the_first_event_kept)
{
    core[0].lost = 7;
    record(0, 5000, TRACE_TIMER, 0, 0);
    record(0, 5100, TRACE_GC_END, 2, 0);
    record(0, 5200, TRACE_GC_END, 1, 0);
    struct chrome_file f = viewed(1, 1000, 9000);
    check_span(find(&f, 0, "sweep"), 5000, 5100);
    check_span(find(&f, 0, "major"), 5000, 5200);
    check_argument(find(&f, 0, "major"), "note", "began before the first event kept");
    check_argument(find(&f, 0, "earlier events were overwritten"), "events", "7");
}

TEST(a_lost_end_is_that_of_the_span_around_it)
{
    record(0, 1100, TRACE_GC_BEGIN, 1, 0);
    record(0, 1200, TRACE_GC_BEGIN, 2, 0);
    record(0, 1400, TRACE_GC_END, 1, 0);
    record(0, 1500, TRACE_GC_BEGIN, 0, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    check_span(find(&f, 0, "sweep"), 1200, 1400);
    check_span(find(&f, 0, "minor"), 1500, 2000);
    check_argument(find(&f, 0, "minor"), "note", "went on after the last event");
}

TEST(an_end_that_fits_nothing_is_counted)
{
    record(0, 1100, TRACE_GC_BEGIN, 1, 0);
    record(0, 1200, TRACE_GC_END, 2, 0);
    record(0, 1400, TRACE_GC_END, 1, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    check_span(find(&f, 0, "major"), 1100, 1400);
    CHECK_EQ(f.nr_events, 1);
    const struct json *n =
        json_member(json_member(f.root, "otherData"), "phases without beginning");
    CHECK(n && strcmp(n->text, "1") == 0);
}

TEST(counters_make_curves)
{
    record(0, 1100, TRACE_GC_COUNTER, 0, 12345678901ull);
    struct chrome_file f = viewed(1, 1000, 2000);
    CHECK_EQ(find(&f, 0, "promoted")->phase, 'C');
    check_argument(find(&f, 0, "promoted"), "value", "12345678901");
}

/* ---- fibers ---- */

TEST(fibers_run_until_they_wait_or_end)
{
    call(TRACE_NAMED_FIBER, 20, "shell");
    call(TRACE_NAMED_REASON, 3, "a key");
    record(0, 1100, TRACE_FIBER_RUN, 20, 0);
    record(0, 1300, TRACE_FIBER_SUSPEND, 20, 3);
    record(0, 1400, TRACE_FIBER_RUN, 21, 0);
    record(0, 1500, TRACE_FIBER_END, 21, 1);
    record(0, 1600, TRACE_FIBER_RUN, 20, 0);
    record(0, 1700, TRACE_FIBER_SUSPEND, 20, 0);
    record(0, 1800, TRACE_FIBER_RUN, 20, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    check_span(nth(&f, 0, "shell 20", 0), 1100, 1300);
    check_argument(nth(&f, 0, "shell 20", 0), "waits for", "a key");
    check_span(find(&f, 0, "fiber 21"), 1400, 1500);
    check_argument(find(&f, 0, "fiber 21"), "end", "raised");
    check_span(nth(&f, 0, "shell 20", 1), 1600, 1700);
    check_argument(nth(&f, 0, "shell 20", 1), "waits for", "not said");
    check_span(nth(&f, 0, "shell 20", 2), 1800, 2000);
}

TEST(a_fiber_that_need_not_wait_goes_on)
{
    record(0, 1100, TRACE_FIBER_RUN, 20, 0);
    record(0, 1200, TRACE_FIBER_SUSPEND, 20, 0);
    record(0, 1500, TRACE_FIBER_SUSPEND, 20, 0);
    record(0, 1600, TRACE_FIBER_RUN, 21, 0);
    record(0, 1700, TRACE_FIBER_RUN, 20, 0);
    record(0, 1800, TRACE_FIBER_END, 20, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    check_span(nth(&f, 0, "fiber 20", 0), 1100, 1200);
    check_span(nth(&f, 0, "fiber 20", 1), 1200, 1500);
    check_span(find(&f, 0, "fiber 21"), 1600, 1700);
    check_span(nth(&f, 0, "fiber 20", 2), 1700, 1800);
}

TEST(fibers_are_made_woken_and_taken)
{
    record(0, 1100, TRACE_FIBER_START, 20, 19);
    record(0, 1200, TRACE_FIBER_WAKE, 20, 1);
    record(1, 1300, TRACE_FIBER_STEAL, 20, 0);
    record(1, 1400, TRACE_FIBER_SUSPEND, 22, 5);
    struct chrome_file f = viewed(2, 1000, 2000);
    check_argument(find(&f, 0, "start fiber 20"), "by fiber", "19");
    check_argument(find(&f, 0, "wake fiber 20"), "core", "1");
    check_argument(find(&f, 1, "take fiber 20"), "from core", "0");
    check_span(find(&f, 1, "fiber 22"), 1000, 1400);
    check_argument(find(&f, 1, "fiber 22"), "waits for", "5");
}

/* ---- names ---- */

static void check_name(uint64_t subject, const char *given, const char *shown)
{
    char expected[256];
    call(TRACE_NAMED_FIBER, subject, given);
    record(0, 1000 + subject, TRACE_FIBER_RUN, subject, 0);
    struct chrome_file f = viewed(1, 1000, 2000);
    snprintf(expected, sizeof expected, "%s %lu", shown, (unsigned long)subject);
    find(&f, 0, expected);
}

TEST(names_may_hold_anything)
{
    check_name(1, "say \"a\\b\" / 100%", "say \"a\\b\" / 100%");
    check_name(2, "line\none\ttab\x7f\x01", "line\none\ttab\x7f\x01");
    check_name(3, "Ulaanbaatar \xe2\x80\x94 \xf0\x9f\x90\xab",
               "Ulaanbaatar \xe2\x80\x94 \xf0\x9f\x90\xab");
    check_name(
        4, "bad \xff\xc0\x80\xed\xa0\x80 bytes",
        "bad \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd bytes");
    check_name(5, " ---- bactrian: trace end ----", " ---- bactrian: trace end ----");
}

TEST(a_long_name_is_cut_and_stays_valid)
{
    char given[64], shown[64];
    memset(given, 'x', sizeof given);
    memcpy(given + 46, "\xe2\x80\x94", 4); /* its third byte is the first that finds no room */
    memset(shown, 'x', 46);
    memcpy(shown + 46, "\xef\xbf\xbd\xef\xbf\xbd", 7);
    check_name(1, given, shown);
}

TEST(the_first_of_several_names_stays)
{
    call(TRACE_NAMED_FIBER, 8, "first");
    call(TRACE_NAMED_THREAD, 8, "thread of the same number");
    check_name(8, "second", "first");
}

/* ---- what the line does to it ---- */

TEST(other_text_around_and_within_does_no_harm)
{
    record(0, 1100, TRACE_TIMER, 0, 50);
    record(1, 1200, TRACE_TIMER, 0, 50);
    char *text = NULL, *before = printed(2, 1000, 2000);
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "prompt> ");
    for (char *l = strtok(before, "\n"); l; l = strtok(NULL, "\n"))
        fprintf(out, "%s\r\n%s", l, strncmp(l, "core", 4) == 0 ? "Hello from core 1\r\n" : "");
    fclose(out);
    struct chrome_file f = exported(text, size);
    check_span(find(&f, 0, "timer"), 1050, 1100);
    check_span(find(&f, 1, "timer"), 1150, 1200);
    const struct json *damaged = json_member(json_member(f.root, "otherData"), "lines damaged");
    CHECK(damaged && strcmp(damaged->text, "2") == 0);
}

TEST(a_damaged_line_is_left_out)
{
    for (unsigned i = 0; i < 300; i++)
        record(0, 1000 + 10 * i, TRACE_TIMER, 0, 1);
    char *text = printed(1, 1000, 9000), *second = strstr(strstr(text, "\ne 0") + 1, "\ne 0");
    second[20] = second[20] == 'A' ? 'B' : 'A';
    struct chrome_file f = exported(serial, serial_size);
    CHECK(f.nr_events < 300 && f.nr_events > 200);
    CHECK_EQ(f.event[f.nr_events - 1].ts_ns + 1, 1000 + 10 * 299);
}

TEST(events_of_a_core_that_is_not_there_are_damage)
{
    record(0, 1100, TRACE_TIMER, 0, 50);
    char *text = printed(1, 1000, 2000);
    strstr(text, "\ne 0")[3] = '7';
    struct chrome_file f = exported(serial, serial_size);
    const struct json *damaged = json_member(json_member(f.root, "otherData"), "lines damaged");
    CHECK_EQ(f.nr_events, 0);
    CHECK(damaged && strcmp(damaged->text, "1") == 0);
}

static uint64_t damaged_by(const char *bad_line)
{
    char text[256];
    int size = snprintf(text, sizeof text, "%s\ntrace 1 1 0 5\n%s\n%s\n",
                        "---- bactrian: trace ----", bad_line, "---- bactrian: trace end ----");
    struct wire_trace trace;
    CHECK(wire_read(text, (size_t)size, &trace) == NULL);
    uint64_t damaged = trace.damaged;
    wire_free(&trace);
    return damaged;
}

TEST(lines_that_make_no_sense_are_damage)
{
    CHECK_EQ(damaged_by("n 0 1 a-name-of-48-bytes-which-is-the-most-that-can-be"), 0);
    CHECK_EQ(damaged_by("n 0 1 a-name-of-49-bytes-which-is-one-more-than-can-be-"), 1);
    CHECK_EQ(damaged_by("n 0 1 two words"), 1);
    CHECK_EQ(damaged_by("n 0 1 %4"), 1);
    CHECK_EQ(damaged_by("n 0 1 %00"), 1);
    CHECK_EQ(damaged_by("n 9 1 name"), 1);
    CHECK_EQ(damaged_by("n 0 18446744073709551615 name"), 0);
    CHECK_EQ(damaged_by("n 0 18446744073709551616 name"), 1);
    CHECK_EQ(damaged_by("core 0 5 6"), 1);
    CHECK_EQ(damaged_by("core 1 5 5"), 1);
    CHECK_EQ(damaged_by("names"), 1);
    CHECK_EQ(damaged_by("e 0 41 A"), 1);
    CHECK_EQ(damaged_by("e 0 0 "), 0);
    CHECK_EQ(damaged_by(""), 1);
}

static const char *refused(const char *text, size_t size)
{
    struct wire_trace trace;
    const char *why = wire_read(text, size, &trace);
    wire_free(&trace);
    return why;
}

TEST(the_last_complete_trace_counts)
{
    record(0, 1100, TRACE_TIMER, 0, 50);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    char *first = printed(1, 1000, 2000);
    core[0].event[0].time_ns = 1300;
    char *second = printed(1, 1000, 2000);
    fprintf(out, "%s%s---- bactrian: trace ----\ntrace 1 1 0 5\n", first, second);
    fclose(out);
    struct chrome_file f = exported(text, size);
    check_span(find(&f, 0, "timer"), 1250, 1300);
}

TEST(what_is_no_trace_is_refused_in_words)
{
    CHECK(strstr(refused("Hello\n", 6), "no complete trace"));
    CHECK(strstr(refused("", 0), "no complete trace"));
    const char other[] = "---- bactrian: trace ----\ntrace 2 1 0 5\n---- bactrian: trace end ----";
    CHECK(strstr(refused(other, sizeof other - 1), "another version"));
    const char none[] = "---- bactrian: trace ----\ntrace 1 0 0 5\n---- bactrian: trace end ----";
    CHECK(strstr(refused(none, sizeof none - 1), "makes no sense"));
}

TEST(large_numbers_survive)
{
    call(TRACE_NAMED_FIBER, (1ull << 56) - 1, "large");
    record(0, 1ull << 62, TRACE_FIBER_WAKE, (1ull << 56) - 1, UINT64_MAX);
    struct chrome_file f = viewed(1, 0, 1ull << 63);
    const struct chrome_event *e = find(&f, 0, "wake large 72057594037927935");
    CHECK_EQ(e->ts_ns, 1ull << 62);
    check_argument(e, "core", "18446744073709551615");
}

/* Whatever was recorded, in whatever order, and lost: the file is one that viewers open. */
TEST(any_events_make_a_valid_file)
{
    struct check_count count = {0};
    while (check_another(&count, check_seconds())) {
        memset(core, 0, sizeof core);
        for (unsigned i = 0; i < 200; i++)
            record((uint32_t)check_random_below(3), 1000 + check_random_below(i < 100 ? 500 : 90),
                   (enum trace_kind)check_random_below(14), check_random_below(4),
                   check_random_below(4));
        core[1].lost = check_random_below(2);
        struct chrome_file f = viewed(3, 1020, 1300);
        chrome_free(&f);
        free(serial);
    }
}

/* Whatever comes over the line: no crash, and a valid file or a refusal. */
TEST(any_text_makes_a_valid_file_or_none)
{
    call(TRACE_NAMED_FIBER, 2, "fiber");
    for (unsigned i = 0; i < 60; i++)
        record(i % 3, 1000 + 7 * i, (enum trace_kind)(i % 14), i % 5, i % 4);
    char *text = strdup(printed(3, 1000, 2000));
    struct check_count count = {0};
    while (check_another(&count, check_seconds())) {
        char *copy = malloc(serial_size);
        memcpy(copy, text, serial_size);
        for (uint64_t n = 1 + check_random_below(8); n > 0; n--)
            copy[check_random_below(serial_size)] = (char)check_random();
        if (refused(copy, serial_size) == NULL) {
            struct chrome_file f = exported(copy, serial_size);
            chrome_free(&f);
        }
        free(copy);
    }
}
