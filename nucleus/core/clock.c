/* clock.c: nanoseconds from the raw counter, and each core's queue of deadlines, a pairing heap
 * (Fredman et al., 1986): insert O(1), remove O(log n) amortised, no memory of its own. */
#include "clock.h"
#include "machine.h"

uint64_t clock_hz;

static uint64_t first_tick, ns_per_tick_32; /* 32.32 fixed point */
static uint64_t wall_at_start_ns;

static uint64_t scale(uint64_t ticks)
{
    return (uint64_t)(((unsigned __int128)ticks * ns_per_tick_32) >> 32);
}

uint64_t clock_ns(void)
{
    return scale(arch_ticks() - first_tick);
}

uint64_t clock_ns_at(uint64_t ticks)
{
    return ticks > first_tick ? scale(ticks - first_tick) : 0;
}

uint64_t clock_ns_of(uint64_t ticks)
{
    return scale(ticks);
}

uint64_t clock_ticks_at(uint64_t ns)
{
    uint64_t ticks =
        ns / NS_PER_S * clock_hz + (ns % NS_PER_S * clock_hz + NS_PER_S - 1) / NS_PER_S;
    return first_tick + ticks + (scale(ticks) < ns);
}

uint64_t clock_wall_ns(void)
{
    return __atomic_load_n(&wall_at_start_ns, __ATOMIC_RELAXED) + clock_ns();
}

void clock_set_wall(uint64_t ns)
{
    __atomic_store_n(&wall_at_start_ns, ns - clock_ns(), __ATOMIC_RELAXED);
}

void clock_init(uint64_t boot_seconds)
{
    uint64_t before = arch_ticks();
    arch_clock_init();
    first_tick = before;
    ns_per_tick_32 = (NS_PER_S << 32) / clock_hz;
    wall_at_start_ns = boot_seconds * NS_PER_S;
}

void clock_init_core(void)
{
    this_core()->timer_set_ns = UINT64_MAX;
    this_core()->slice_end_ns = UINT64_MAX;
    arch_timer_init_core();
}

void clock_delay_ns(uint64_t ns)
{
    uint64_t end = clock_ns() + ns;
    while (clock_ns() < end)
        arch_relax();
}

/* ---- the heap: `child` is the first child, `next` the next sibling, `prev` the previous sibling
 * or, of a first child, the parent ---- */

static struct timer *meld(struct timer *a, struct timer *b)
{
    if (a == NULL || b == NULL)
        return a ? a : b;
    if (b->deadline_ns < a->deadline_ns) {
        struct timer *t = a;
        a = b;
        b = t;
    }
    b->next = a->child;
    b->prev = a;
    if (a->child)
        a->child->prev = b;
    a->child = b;
    return a;
}

/* Melds a list of siblings pairwise, left to right, then all together. */
static struct timer *meld_siblings(struct timer *first)
{
    struct timer *pairs = NULL;
    while (first) {
        struct timer *a = first, *b = a->next;
        first = b ? b->next : NULL;
        a->next = a->prev = NULL;
        if (b)
            b->next = b->prev = NULL;
        struct timer *pair = meld(a, b);
        pair->next = pairs;
        pairs = pair;
    }
    struct timer *all = NULL;
    while (pairs) {
        struct timer *rest = pairs->next;
        pairs->next = NULL;
        all = meld(all, pairs);
        pairs = rest;
    }
    return all;
}

static void cut(struct timer *t)
{
    if (t->prev->child == t)
        t->prev->child = t->next;
    else
        t->prev->next = t->next;
    if (t->next)
        t->next->prev = t->prev;
    t->next = t->prev = NULL;
}

static void heap_remove(struct core *core, struct timer *t)
{
    bool is_root = core->timers == t;
    if (!is_root)
        cut(t);
    struct timer *children = meld_siblings(t->child);
    t->child = NULL;
    core->timers = is_root ? children : meld(core->timers, children);
    t->core = NULL;
}

void timer_start(struct timer *t)
{
    struct core *core = this_core();
    t->child = t->next = t->prev = NULL;
    t->core = core;
    core->timers = meld(core->timers, t);
    timer_update();
}

void timer_stop(struct timer *t)
{
    if (t->core == NULL)
        return;
    heap_remove(t->core, t);
}

static bool is_watched(const struct core *core)
{
    return core->watch && core->current == core->watch->thread && !core->idles;
}

static uint64_t next_deadline(const struct core *core)
{
    uint64_t first = core->timers ? core->timers->deadline_ns : UINT64_MAX;
    uint64_t next = MIN(first, core->slice_end_ns);
    return is_watched(core) ? MIN(next, core->watch->deadline_ns) : next;
}

#define IN_HANDLER 0 /* timer_set_ns meanwhile: it is set at the end */

static void set(struct core *core, uint64_t deadline_ns)
{
    core->timer_set_ns = deadline_ns;
    arch_timer_set(deadline_ns);
}

/* What goes off too early does no harm: it is set right then. To set it later each time that a core
 * begins to idle, and sooner when it goes on, would cost more. */
void timer_update(void)
{
    struct core *core = this_core();
    uint64_t next = next_deadline(core);
    if (core->timer_set_ns == IN_HANDLER)
        return;
    if (next < core->timer_set_ns)
        set(core, next);
}

void watch_start(struct watch *w)
{
    w->thread = thread_current();
    w->deadline_ns = clock_ns() + w->period_ns;
    this_core()->watch = w;
    timer_update();
}

void watch_goes_on(struct core *core, uint64_t now)
{
    struct watch *w = core->watch;
    if (w && w->deadline_ns <= now)
        w->deadline_ns = now + w->period_ns;
}

static void look_at_watch(struct core *core, uint64_t now)
{
    struct watch *w = core->watch;
    if (!is_watched(core) || w->deadline_ns > now)
        return;
    w->deadline_ns = now + w->period_ns;
    w->fire(w);
}

void timer_interrupt(void)
{
    struct core *core = this_core();
    uint64_t began = trace_begin();
    core->nr_timer++;
    core->timer_set_ns = IN_HANDLER;
    uint64_t now = clock_ns();
    while (core->timers && core->timers->deadline_ns <= now) {
        struct timer *t = core->timers;
        heap_remove(core, t);
        t->fire(t);
    }
    look_at_watch(core, now);
    if (core->slice_end_ns <= now) {
        core->slice_end_ns = UINT64_MAX;
        core->reschedule = true;
    }
    set(core, next_deadline(core));
    trace_took(TRACE_TIMER, 0, began);
}
