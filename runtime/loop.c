/* loop.c: the C side of the scheduler's loop (kernel/sched): its turns, its waits, and the watch
 * over fibers that never let go of their core.
 *
 * The watch is a timer that runs while the loop does, and samples: a turn in which it finds the
 * loop's thread on the core STRIKES times in a row is a hog. Its domain is stopped at the next poll
 * point, where the fiber gets the exception Hog, unless it is then in the middle of an update of
 * what others share; it is asked again. One that goes on for all that is a broken promise of the
 * kernel's own code, and a panic that names it. */
#include "loop.h"
#include <caml/callback.h>
#include <caml/memory.h>
#include <caml/signals.h>
#include "aspace.h"
#include "clock.h"
#include "cores.h"
#include "event.h"
#include "machine.h"
#include "panic.h"
#include "poll_point.h"

#define STRIKES        4
#define STRIKES_MAX    (10 * STRIKES) /* then it hogs in C, or in a critical section */
#define RAISES_MAX     5              /* then it swallows the exception again and again */
#define PERIOD_NS      (1000 * NS_PER_MS)

/* Of the turns in a row these are never all the same: the clock is read at the latest when no quick
 * turns are left, and each quick one takes a task off the queue, or is one less. */
struct turn {
    value since, quick, next;
};

static struct loop {
    struct watch watch;
    caml_domain_state *domain;
    value core; /* a root: kernel/sched's record, see loop.h */
    struct turn watched_turn;
    uint32_t strikes, raises;
    bool hog;
    uint32_t collections; /* that it takes part in now, one within another */
    /* hal_core_wake came since the last wait: parks within the OCaml runtime use up permits. */
    uint32_t woken;
} loops[DISCOVER_CORES];

static uint64_t period_ns = PERIOD_NS;

static struct loop *this_loop(void)
{
    return &loops[this_core()->index];
}

/* ---- the fiber's name, for a panic: OCaml's heap may be in disorder, so every read may fail
 * ---- */

static value field(value block, unsigned index)
{
    uint64_t word;
    if (Is_long(block) || !fault_try_read((uintptr_t)block + index * sizeof(value), &word))
        return Val_unit;
    return (value)word;
}

#define SHOWN_MAX 64

static const char *string(value s)
{
    static char buffer[SHOWN_MAX];
    unsigned n = 0;
    for (uint64_t word; n < SHOWN_MAX - 1; n++) {
        if (Is_long(s) || !fault_try_read((uintptr_t)s + n / 8 * 8, &word))
            break;
        buffer[n] = (char)(word >> n % 8 * 8);
        if (buffer[n] == '\0')
            break;
    }
    buffer[n] = '\0';
    return n ? buffer : "?";
}

#define TASKS_MAX 1000000 /* who looks further goes in circles */

static bool is_task(value task, value id)
{
    return field(task, LOOP_TASK_ID) == id;
}

static value find_registered(value core, value id)
{
    value list = field(core, LOOP_CORE_TASKS);
    for (unsigned i = 0; Is_block(list) && i < TASKS_MAX; i++, list = field(list, 1))
        if (is_task(field(list, 0), id))
            return field(list, 0);
    return Val_unit;
}

/* Those of the drivers that have never waited: among them is the one taken last. */
static value find_queued(value core, value id)
{
    value drivers = field(core, LOOP_CORE_DRIVERS), slots = field(drivers, LOOP_FIFO_SLOTS);
    for (long i = 0, n = Long_val(field(drivers, LOOP_FIFO_HALF)); i < 2 * n; i++)
        if (is_task(field(slots, (unsigned)i), id))
            return field(slots, (unsigned)i);
    return Val_unit;
}

/* Each core has registered tasks that were made on it. */
static const char *fiber_name(const struct loop *loop)
{
    value id = field(loop->core, LOOP_CORE_RUNNING), task = find_queued(loop->core, id);
    for (uint32_t i = 0; i < nr_cores && task == Val_unit; i++)
        task = find_registered(loops[i].core, id);
    return string(field(field(task, LOOP_TASK_TERMS), LOOP_TERMS_NAME));
}

static struct turn turn_of(const struct loop *loop)
{
    value drivers = field(loop->core, LOOP_CORE_DRIVERS);
    return (struct turn){field(loop->core, LOOP_CORE_SINCE), field(loop->core, LOOP_CORE_QUICK),
                         field(drivers, LOOP_FIFO_NEXT)};
}

static bool is_same(struct turn a, struct turn b)
{
    return a.since == b.since && a.quick == b.quick && a.next == b.next;
}

/* ---- the watch ---- */

static void strike(struct core *core, struct loop *loop)
{
    struct turn turn = turn_of(loop);
    if (!is_same(loop->watched_turn, turn)) {
        loop->watched_turn = turn;
        loop->strikes = loop->raises = 0;
        loop->hog = false;
    }
    if (__atomic_load_n(&loop->collections, __ATOMIC_RELAXED) > 0)
        return; /* which may be long, and another fiber's doing */
    loop->strikes++;
    if (loop->strikes >= STRIKES) {
        loop->hog = true;
        poll_point_request(loop->domain);
    }
    if (loop->strikes >= STRIKES_MAX)
        panic("fiber %s has held core %u for %lu ms without a poll point, or inside of a critical "
              "section",
              fiber_name(loop), core->index, loop->strikes * period_ns / NS_PER_MS);
}

/* By the loop's thread or by its backup thread, which both stay on the core. */
void loop_collection_begins(void)
{
    __atomic_fetch_add(&this_loop()->collections, 1, __ATOMIC_RELAXED);
}

void loop_collection_ends(void)
{
    __atomic_fetch_sub(&this_loop()->collections, 1, __ATOMIC_RELAXED);
}

static void look(struct watch *watch)
{
    strike(this_core(), CONTAINER_OF(watch, struct loop, watch));
}

static void watch_on(struct loop *loop)
{
    irq_state state = arch_irq_save();
    loop->watch.period_ns = period_ns;
    loop->watch.fire = look;
    watch_start(&loop->watch);
    arch_irq_restore(state);
}

void loop_at_poll(void)
{
    struct loop *loop = this_loop();
    if (!loop->hog || !is_same(loop->watched_turn, turn_of(loop)))
        return;
    const value *hog = caml_named_value("Sched.Hog");
    if (hog == NULL)
        return;
    if (poll_point_is_critical()) {
        poll_point_request(loop->domain); /* the next poll point may lie outside */
        return;
    }
    if (++loop->raises > RAISES_MAX)
        panic("fiber %s has swallowed the exception Hog %u times", fiber_name(loop), RAISES_MAX);
    loop->hog = false;
    loop->strikes = 0;
    poll_point_raise(*hog);
}

/* ---- what kernel/hal/core.ml calls ---- */

value hal_core_start(value core, value index)
{
    struct loop *loop = this_loop();
    if (this_core()->index != Long_val(index))
        panic("core %u runs the domain of core %ld", this_core()->index, Long_val(index));
    loop->core = core;
    caml_register_generational_global_root(&loop->core);
    loop->domain = Caml_state;
    this_core()->loop = thread_current();
    watch_on(loop);
    return Val_unit;
}

value hal_core_watch_period(value ns)
{
    period_ns = (uint64_t)Long_val(ns);
    for (uint32_t i = 0; i < nr_cores; i++) {
        loops[i].watch.period_ns = period_ns;
        loops[i].watch.deadline_ns = clock_ns() + period_ns;
    }
    return Val_unit;
}

value hal_core_index(value unit)
{
    (void)unit;
    const struct core *core = this_core();
    return Val_long(core->current == core->loop ? (long)core->index : -1);
}

value hal_core_ticks(value unit)
{
    (void)unit;
    return Val_long(arch_ticks());
}

value hal_core_has_events(value unit)
{
    (void)unit;
    return Val_bool(event_pending());
}

value hal_core_ns_of_ticks(value ticks)
{
    return Val_long(clock_ns_at((uint64_t)Long_val(ticks)));
}

value hal_core_ns_of_ticks_span(value ticks)
{
    return Val_long(clock_ns_of((uint64_t)Long_val(ticks)));
}

#define FAR_NS (1ull << 60) /* 36 years */

value hal_core_ticks_of_ns(value ns)
{
    uint64_t at = (uint64_t)Long_val(ns);
    return Val_long(at > FAR_NS ? Max_long : (long)clock_ticks_at(at));
}

value hal_core_next_event(value unit)
{
    (void)unit;
    return Val_long(event_next());
}

bool loop_was_woken(void)
{
    return __atomic_exchange_n(&this_loop()->woken, 0, __ATOMIC_SEQ_CST);
}

value hal_core_wait(value ticks)
{
    uint64_t at = (uint64_t)Long_val(ticks);
    uint64_t deadline = at == Max_long ? NO_DEADLINE : clock_ns_at(at);
    if (this_core()->aspace)
        aspace_leave(); /* who changes it need not wait for this core */
    caml_enter_blocking_section();
    if (!event_pending() && !loop_was_woken())
        thread_park(deadline);
    caml_leave_blocking_section();
    return Val_unit;
}

value hal_core_wake(value index)
{
    struct thread *loop = cores[Long_val(index)]->loop;
    __atomic_store_n(&loops[Long_val(index)].woken, 1, __ATOMIC_SEQ_CST);
    if (loop)
        thread_unpark(loop);
    return Val_unit;
}
