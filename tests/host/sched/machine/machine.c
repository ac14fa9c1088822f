/* machine.c: the stubs of kernel/hal that kernel/sched uses, for tests on a host: a core is a
 * thread, idling is a condition variable. There are no interrupts, no watch over hogs, and no
 * trace.
 *
 * What is weak here others may have better (tests/host/drivers/machine). A test may have time
 * skipped in which no core has anything to do: then nothing depends on how fast this machine is,
 * and waiting costs nothing. */
#define _GNU_SOURCE
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CORES_MAX 128

static struct core {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
} cores[CORES_MAX];

static __thread long this_core = -1;

/* With time skipped: how many cores take part (0: none), what each waits for, and how far the clock
 * went ahead. */
static long skipping_cores, skipped_ticks;
static bool waiting[CORES_MAX];
static long waits_until[CORES_MAX];
static pthread_mutex_t skip_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The counter, as on the machines themselves, where this one has it for the asking. */
#ifdef __x86_64__
static double ns_per_tick = 1;
static uint64_t first_tick, first_ns;

static uint64_t ticks(void)
{
    return __builtin_ia32_rdtsc() + (uint64_t)__atomic_load_n(&skipped_ticks, __ATOMIC_SEQ_CST);
}

static void calibrate(void)
{
    first_tick = ticks();
    first_ns = now_ns();
    while (now_ns() - first_ns < 20000000)
        ;
    ns_per_tick = (double)(now_ns() - first_ns) / (double)(ticks() - first_tick);
}

static long ns_of_ticks(long t)
{
    return (long)first_ns + (long)((double)(t - (long)first_tick) * ns_per_tick);
}

static long ticks_of_ns(long ns)
{
    return (long)first_tick + (long)((double)(ns - (long)first_ns) / ns_per_tick) + 1;
}
#else
static const double ns_per_tick = 1;
static uint64_t ticks(void) { return now_ns() + (uint64_t)__atomic_load_n(&skipped_ticks, __ATOMIC_SEQ_CST); }
static void calibrate(void) {}
static long ns_of_ticks(long t) { return t; }
static long ticks_of_ns(long ns) { return ns; }
#endif

__attribute__((constructor)) static void init(void)
{
    calibrate();
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (int i = 0; i < CORES_MAX; i++) {
        pthread_mutex_init(&cores[i].lock, NULL);
        pthread_cond_init(&cores[i].changed, &monotonic);
    }
}

/* ---- Hal.Core ---- */

value hal_core_start(value core, value index)
{
    (void)core;
    this_core = Long_val(index);
    return Val_unit;
}

value hal_core_index(value unit)
{
    (void)unit;
    return Val_long(this_core);
}

value hal_core_ticks(value unit)
{
    (void)unit;
    return Val_long(ticks());
}

__attribute__((weak)) value hal_core_has_events(value unit) { (void)unit; return Val_false; }

value hal_core_ns_of_ticks(value t)
{
    return Val_long(ns_of_ticks(Long_val(t)));
}

value hal_core_ns_of_ticks_span(value t)
{
    return Val_long((long)((double)Long_val(t) * ns_per_tick));
}

value hal_core_ticks_of_ns(value ns)
{
    return Long_val(ns) > 1l << 60 ? Val_long(Max_long) : Val_long(ticks_of_ns(Long_val(ns)));
}

__attribute__((weak)) value hal_core_next_event(value unit) { (void)unit; return Val_long(-1); }
value hal_core_watch_period(value ns) { (void)ns; return Val_unit; }

/* ---- skipping time ---- */

value machine_skip_time(value nr_cores)
{
    skipping_cores = Long_val(nr_cores);
    return Val_unit;
}

/* The lock is held. When all cores wait, and none was woken, the clock goes on to the first
 * deadline. */
static void skip(void)
{
    long first = Max_long, which = -1;
    for (long i = 0; i < skipping_cores; i++) {
        if (!waiting[i] || cores[i].woken)
            return;
        if (waits_until[i] < first)
            first = waits_until[i], which = i;
    }
    if (which < 0) {
        fputs("all cores wait, and nothing will ever wake them\n", stderr);
        abort();
    }
    long now = (long)ticks();
    if (first > now)
        __atomic_fetch_add(&skipped_ticks, first - now, __ATOMIC_SEQ_CST);
    cores[which].woken = true;
    pthread_cond_signal(&cores[which].changed);
}

static void wait_skipping(long me, long deadline)
{
    pthread_mutex_lock(&skip_lock);
    waiting[me] = true;
    waits_until[me] = deadline;
    skip();
    while (!cores[me].woken)
        pthread_cond_wait(&cores[me].changed, &skip_lock);
    cores[me].woken = waiting[me] = false;
    pthread_mutex_unlock(&skip_lock);
}

value hal_core_wait(value deadline)
{
    if (skipping_cores > 0) {
        long me = this_core, until = Long_val(deadline);
        caml_enter_blocking_section();
        wait_skipping(me, until);
        caml_leave_blocking_section();
        return Val_unit;
    }
    struct core *core = &cores[this_core];
    bool for_ever = Long_val(deadline) == Max_long;
    long ns = for_ever ? 0 : ns_of_ticks(Long_val(deadline));
    struct timespec until = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    caml_enter_blocking_section();
    pthread_mutex_lock(&core->lock);
    int timed_out = 0;
    while (!core->woken && !timed_out)
        timed_out = for_ever ? pthread_cond_wait(&core->changed, &core->lock)
                                   : pthread_cond_timedwait(&core->changed, &core->lock, &until);
    core->woken = false;
    pthread_mutex_unlock(&core->lock);
    caml_leave_blocking_section();
    return Val_unit;
}

value hal_core_wake(value index)
{
    struct core *core = &cores[Long_val(index)];
    pthread_mutex_t *lock = skipping_cores > 0 ? &skip_lock : &core->lock;
    pthread_mutex_lock(lock);
    core->woken = true;
    pthread_cond_signal(&core->changed);
    pthread_mutex_unlock(lock);
    return Val_unit;
}

/* ---- Hal.Machine, as far as time goes ---- */

value hal_machine_uptime_ns(value unit)
{
    (void)unit;
    return Val_long(ns_of_ticks((long)ticks()));
}

value hal_machine_wall_ns(value unit)
{
    (void)unit;
    return Val_long((uint64_t)time(NULL) * 1000000000u);
}

/* ---- what is not there ---- */

#define ABSENT1(name) __attribute__((weak)) value name(value a) { (void)a; return Val_long(0); }
#define ABSENT2(name) __attribute__((weak)) value name(value a, value b) { (void)a, (void)b; return Val_long(0); }
#define ABSENT3(name) value name(value a, value b, value c) { (void)a, (void)b, (void)c; return Val_long(0); }
#define ABSENT4(name) \
    value name(value a, value b, value c, value d) { (void)a, (void)b, (void)c, (void)d; return Val_long(0); }

ABSENT1(hal_machine_text)
ABSENT1(hal_machine_number)
ABSENT1(hal_machine_command_line)
ABSENT1(hal_machine_option)
ABSENT2(hal_machine_core_number)
ABSENT1(hal_machine_kind)
ABSENT1(hal_machine_module_path)
ABSENT1(hal_machine_module_contents)
ABSENT1(hal_machine_device_tree)
ABSENT1(hal_machine_set_wall)
ABSENT2(hal_interrupt_claim)
ABSENT1(hal_interrupt_release)
ABSENT2(hal_interrupt_route)
ABSENT2(hal_interrupt_allocate_message)
ABSENT1(hal_interrupt_free_message)
ABSENT1(hal_interrupt_unmask)
ABSENT1(hal_interrupt_served)
ABSENT1(hal_interrupt_limit)
ABSENT2(hal_interrupt_statistic)

value hal_trace_is_on(value unit) { (void)unit; return Val_false; }
ABSENT1(hal_trace_stop)
ABSENT3(hal_trace_record)
ABSENT1(hal_trace_capacity)
ABSENT1(hal_trace_recorded)
ABSENT1(hal_trace_kept)
ABSENT4(hal_trace_field)
ABSENT3(hal_trace_name)
ABSENT1(hal_trace_start)
ABSENT1(hal_trace_save)
