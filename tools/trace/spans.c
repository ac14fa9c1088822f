/* spans.c: each core's events in turn, with what is open on its tracks. */
#include "spans.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one track has open: the innermost last. */
struct open {
    uint64_t subject, since_ns;
};

struct stack {
    struct open *open;
    size_t depth, room;
};

struct core {
    const struct wire_trace *trace;
    struct spans *spans;
    uint32_t index;
    uint64_t first_ns;     /* from when on its events are known */
    uint64_t interrupt_ns; /* when its last interrupt ended */
    bool thread_known, fiber_known, fiber_runs;
    struct open thread, fiber;
    struct stack domain[TRACK_MAX - TRACK_DOMAIN + 1];
};

static void *grow(void *array, size_t count, size_t *room, size_t item_size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 16;
    void *larger = realloc(array, *room * item_size);
    if (larger == NULL) {
        perror("trace_export");
        exit(1);
    }
    return larger;
}

static struct item *add(struct core *c, enum shape shape, uint32_t track, uint64_t time_ns,
                        const char *category)
{
    struct spans *s = c->spans;
    s->item = grow(s->item, s->nr_items, &s->items_room, sizeof *s->item);
    struct item *i = &s->item[s->nr_items++];
    memset(i, 0, sizeof *i);
    i->shape = shape;
    i->core = c->index;
    i->track = track;
    i->time_ns = time_ns;
    i->category = category;
    return i;
}

static struct item *add_span(struct core *c, uint32_t track, uint64_t from_ns, uint64_t to_ns,
                             const char *category)
{
    struct item *i = add(c, SHAPE_SPAN, track, from_ns, category);
    i->length_ns = to_ns > from_ns ? to_ns - from_ns : 0;
    return i;
}

__attribute__((format(printf, 2, 3))) static void set_name(struct item *i, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(i->name, sizeof i->name, format, args);
    va_end(args);
}

static void set_argument(struct item *i, const char *argument, uint64_t value, const char *text)
{
    i->argument = argument;
    i->value = value;
    i->text = text;
}

/* ---- names ---- */

/* Many threads and fibers share a name: the number tells them apart. */
static void name_numbered(const struct core *c, struct item *i, const char *before,
                          enum wire_named named, uint64_t subject, const char *unnamed)
{
    const char *name = wire_name(c->trace, named, subject);
    set_name(i, "%s%s %" PRIu64, before, name ? name : unnamed, subject);
}

static void name_plain(const struct core *c, struct item *i, enum wire_named named,
                       uint64_t subject, const char *unnamed)
{
    const char *name = wire_name(c->trace, named, subject);
    if (name)
        set_name(i, "%s", name);
    else
        set_name(i, "%s %" PRIu64, unnamed, subject);
}

/* Bits of enum ipi in nucleus/include/cores.h; a flush alone has been answered before its interrupt
 * comes, which then has no reason left. */
static void name_ipi(struct item *i, uint64_t reasons)
{
    set_name(i, "ipi:%s%s%s", reasons & 1 ? " reschedule" : "",
             reasons & 2 || reasons == 0 ? " flush" : "", reasons & 4 ? " stop" : "");
}

/* ---- threads: one runs at any time; the idle one is a gap ---- */

static bool is_idle(const struct core *c, uint64_t thread)
{
    const char *name = wire_name(c->trace, WIRE_THREAD, thread);
    return name && strcmp(name, "idle") == 0;
}

static void end_thread(struct core *c, uint64_t now)
{
    if (!c->thread_known || is_idle(c, c->thread.subject))
        return;
    struct item *i = add_span(c, TRACK_THREADS, c->thread.since_ns, now, "thread");
    name_numbered(c, i, "", WIRE_THREAD, c->thread.subject, "thread");
}

static void switch_thread(struct core *c, const struct wire_event *e)
{
    if (!c->thread_known)
        c->thread = (struct open){e->argument, c->first_ns};
    c->thread_known = true;
    end_thread(c, e->time_ns);
    c->thread = (struct open){e->subject, e->time_ns};
}

static void wake(struct core *c, const struct wire_event *e, uint32_t track, enum wire_named named,
                 const char *category)
{
    struct item *i = add(c, SHAPE_INSTANT, track, e->time_ns, category);
    name_numbered(c, i, "wake ", named, e->subject, category);
    set_argument(i, "core", e->argument, NULL);
}

/* ---- interrupts: recorded at their end, with their length; they don't nest ---- */

static void interrupt(struct core *c, const struct wire_event *e)
{
    uint64_t from = e->argument < e->time_ns ? e->time_ns - e->argument : 0;
    if (from < c->interrupt_ns)
        from = c->interrupt_ns;
    if (from < c->first_ns)
        from = c->first_ns;
    struct item *i = add_span(c, TRACK_INTERRUPTS, from, e->time_ns, "interrupt");
    c->interrupt_ns = e->time_ns;
    if (e->kind == WIRE_TIMER)
        set_name(i, "timer");
    else if (e->kind == WIRE_IPI)
        name_ipi(i, e->subject);
    else
        name_plain(c, i, WIRE_LINE, e->subject, "interrupt");
}

/* ---- the OCaml runtime: phases within phases ---- */

static void end_phase(struct core *c, uint64_t domain, struct open open, uint64_t now,
                      const char *note)
{
    struct item *i = add_span(c, TRACK_DOMAIN + (uint32_t)domain, open.since_ns, now, "gc");
    name_plain(c, i, WIRE_PHASE, open.subject, "phase");
    if (note)
        set_argument(i, "note", 0, note);
}

static void begin_phase(struct stack *s, const struct wire_event *e)
{
    s->open = grow(s->open, s->depth, &s->room, sizeof *s->open);
    s->open[s->depth++] = (struct open){e->subject, e->time_ns};
}

static bool is_open(const struct stack *s, uint64_t phase)
{
    for (size_t i = 0; i < s->depth; i++)
        if (s->open[i].subject == phase)
            return true;
    return false;
}

/* An end without a beginning is one whose beginning was overwritten, when nothing is open. */
static void leave_phase(struct core *c, struct stack *s, const struct wire_event *e)
{
    if (is_open(s, e->subject)) {
        uint64_t phase;
        do {
            struct open innermost = s->open[--s->depth];
            phase = innermost.subject;
            end_phase(c, e->argument, innermost, e->time_ns,
                      phase == e->subject ? NULL : "its end was lost");
        } while (phase != e->subject);
    } else if (s->depth == 0) {
        struct open lost = {e->subject, c->first_ns};
        end_phase(c, e->argument, lost, e->time_ns, "began before the first event kept");
    } else {
        c->spans->unmatched++;
    }
}

static void phase(struct core *c, const struct wire_event *e)
{
    if (e->argument > TRACK_MAX - TRACK_DOMAIN) {
        c->spans->unmatched++;
        return;
    }
    struct stack *s = &c->domain[e->argument];
    if (e->kind == WIRE_GC_BEGIN)
        begin_phase(s, e);
    else
        leave_phase(c, s, e);
}

static void counter(struct core *c, const struct wire_event *e)
{
    struct item *i = add(c, SHAPE_COUNTER, TRACK_DOMAIN, e->time_ns, "gc");
    name_plain(c, i, WIRE_COUNTER, e->subject, "counter");
    set_argument(i, "value", e->argument, NULL);
}

/* ---- fibers: at most one runs ---- */

static struct item *end_fiber(struct core *c, uint64_t now)
{
    struct item *i = add_span(c, TRACK_FIBERS, c->fiber.since_ns, now, "fiber");
    name_numbered(c, i, "", WIRE_FIBER, c->fiber.subject, "fiber");
    c->fiber_runs = false;
    c->fiber.since_ns = now;
    return i;
}

static void begin_fiber(struct core *c, uint64_t fiber, uint64_t since_ns)
{
    c->fiber_runs = c->fiber_known = true;
    c->fiber = (struct open){fiber, since_ns};
}

static void run_fiber(struct core *c, const struct wire_event *e)
{
    if (c->fiber_runs)
        end_fiber(c, e->time_ns);
    begin_fiber(c, e->subject, e->time_ns);
}

/* One that leaves again without having run anew found no need to wait, and went on. */
static void leave_fiber(struct core *c, const struct wire_event *e)
{
    if (!c->fiber_known)
        begin_fiber(c, e->subject, c->first_ns);
    if (!c->fiber_runs && c->fiber.subject == e->subject)
        c->fiber_runs = true;
    if (!c->fiber_runs)
        return;
    struct item *i = end_fiber(c, e->time_ns);
    if (e->kind == WIRE_FIBER_SUSPEND)
        set_argument(i, "waits for", e->argument,
                     e->argument ? wire_name(c->trace, WIRE_REASON, e->argument) : "not said");
    else
        set_argument(i, "end", e->argument, e->argument ? "raised" : "returned");
}

static void fiber_instant(struct core *c, const struct wire_event *e)
{
    bool starts = e->kind == WIRE_FIBER_START;
    struct item *i = add(c, SHAPE_INSTANT, TRACK_FIBERS, e->time_ns, "fiber");
    name_numbered(c, i, starts ? "start " : "take ", WIRE_FIBER, e->subject, "fiber");
    set_argument(i, starts ? "by fiber" : "from core", e->argument, NULL);
}

/* ---- a core ---- */

static void event(struct core *c, const struct wire_event *e)
{
    switch (e->kind) {
    case WIRE_SWITCH:
        return switch_thread(c, e);
    case WIRE_WAKE:
        return wake(c, e, TRACK_THREADS, WIRE_THREAD, "thread");
    case WIRE_INTERRUPT:
    case WIRE_IPI:
    case WIRE_TIMER:
        return interrupt(c, e);
    case WIRE_GC_BEGIN:
    case WIRE_GC_END:
        return phase(c, e);
    case WIRE_GC_COUNTER:
        return counter(c, e);
    case WIRE_FIBER_RUN:
        return run_fiber(c, e);
    case WIRE_FIBER_SUSPEND:
    case WIRE_FIBER_END:
        return leave_fiber(c, e);
    case WIRE_FIBER_WAKE:
        return wake(c, e, TRACK_FIBERS, WIRE_FIBER, "fiber");
    default:
        return fiber_instant(c, e);
    }
}

static void say_what_was_lost(struct core *c)
{
    uint64_t lost = c->trace->core[c->index].recorded - c->trace->core[c->index].kept;
    if (lost == 0)
        return;
    struct item *i = add(c, SHAPE_INSTANT, TRACK_THREADS, c->first_ns, "lost");
    set_name(i, "earlier events were overwritten");
    set_argument(i, "events", lost, NULL);
}

static void close_all(struct core *c, uint64_t now)
{
    end_thread(c, now);
    if (c->fiber_runs)
        end_fiber(c, now);
    for (uint32_t d = 0; d <= TRACK_MAX - TRACK_DOMAIN; d++) {
        while (c->domain[d].depth > 0)
            end_phase(c, d, c->domain[d].open[--c->domain[d].depth], now,
                      "went on after the last event");
        free(c->domain[d].open);
    }
}

/* Times only go forward: an event that claims otherwise is taken as simultaneous with the one
 * before it, one after the end as at the end. */
static void make_core(struct core *c)
{
    const struct wire_trace *t = c->trace;
    const struct wire_core *counts = &t->core[c->index];
    bool begun = counts->recorded == counts->kept, any = false;
    uint64_t now = c->first_ns = t->started_ns;
    for (size_t n = 0; n < t->nr_events; n++) {
        struct wire_event e = t->event[n];
        if (e.core != c->index)
            continue;
        now = e.time_ns = e.time_ns < now             ? now
                          : e.time_ns > t->stopped_ns ? t->stopped_ns
                                                      : e.time_ns;
        if (!any && !begun)
            c->first_ns = now;
        if (!any)
            say_what_was_lost(c);
        any = true;
        event(c, &e);
    }
    close_all(c, t->stopped_ns);
}

static int by_time(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->length_ns != y->length_ns)
        return x->length_ns > y->length_ns ? -1 : 1;
    return 0;
}

void spans_make(const struct wire_trace *trace, struct spans *spans)
{
    memset(spans, 0, sizeof *spans);
    for (uint32_t i = 0; i < trace->nr_cores; i++) {
        struct core *c = calloc(1, sizeof *c);
        if (c == NULL) {
            perror("trace_export");
            exit(1);
        }
        *c = (struct core){.trace = trace, .spans = spans, .index = i};
        make_core(c);
        free(c);
    }
    if (spans->nr_items)
        qsort(spans->item, spans->nr_items, sizeof *spans->item, by_time);
}

void spans_free(struct spans *spans)
{
    free(spans->item);
    memset(spans, 0, sizeof *spans);
}
