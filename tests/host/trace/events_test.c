/* events_test.c: what is recorded comes to a viewer as what it was. */
#include "recording.h"

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
