/* line_test.c: what else comes over the serial line, and damage to a trace on its way. */
#include "recording.h"

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
