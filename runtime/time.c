/* time.c: clocks and sleeping. */
#include "clock.h"
#include "cores.h"
#include "errno.h"
#include "kcall.h"
#include "thread.h"

struct timespec {
    int64_t seconds, ns;
};

enum {
    CLOCK_REALTIME,
    CLOCK_MONOTONIC,
    CLOCK_PROCESS_CPU,
    CLOCK_THREAD_CPU,
    CLOCK_MONOTONIC_RAW,
    CLOCK_REALTIME_COARSE,
    CLOCK_MONOTONIC_COARSE,
    CLOCK_BOOTTIME
};
#define TIMER_ABSTIME 1

/* What all cores spent outside of idling. */
static uint64_t busy_ns(void)
{
    uint64_t now = clock_ns(), busy = 0;
    for (uint32_t i = 0; i < nr_cores; i++) {
        struct core *c = cores[i];
        uint64_t idle = c->idle_ns + (core_is_idle(c) ? now - MIN(now, c->idle_since_ns) : 0);
        busy += now - MIN(now, idle);
    }
    return busy;
}

static uint64_t thread_ns(void)
{
    struct thread *t = thread_current();
    return t->run_ns + clock_ns() - t->started_ns;
}

static long read_clock(long clock, uint64_t *ns)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        *ns = clock_wall_ns();
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *ns = clock_ns();
        return 0;
    case CLOCK_PROCESS_CPU:
        *ns = busy_ns();
        return 0;
    case CLOCK_THREAD_CPU:
        *ns = thread_ns();
        return 0;
    default:
        return -EINVAL;
    }
}

static struct timespec to_timespec(uint64_t ns)
{
    return (struct timespec){(int64_t)(ns / NS_PER_S), (int64_t)(ns % NS_PER_S)};
}

static bool from_timespec(const struct timespec *t, uint64_t *ns)
{
    *ns = (uint64_t)t->seconds * NS_PER_S + (uint64_t)t->ns;
    return t->seconds >= 0 && t->ns >= 0 && t->ns < (int64_t)NS_PER_S;
}

long call_clock_gettime(const struct arguments *args)
{
    uint64_t ns;
    long error = read_clock(args->a, &ns);
    if (!error)
        *(struct timespec *)args->b = to_timespec(ns);
    return error;
}

long call_clock_getres(const struct arguments *args)
{
    uint64_t ns;
    long error = read_clock(args->a, &ns);
    if (!error && args->b)
        *(struct timespec *)args->b = to_timespec(MAX(1ul, NS_PER_S / clock_hz));
    return error;
}

static void sleep_until(uint64_t deadline_ns)
{
    while (clock_ns() < deadline_ns)
        thread_park(deadline_ns);
}

/* clock_nanosleep(clock, flags, time, remaining); nothing interrupts a sleep. */
long call_clock_nanosleep(const struct arguments *args)
{
    uint64_t ns, now;
    long error = read_clock(args->a, &now);
    if (error || !from_timespec((const struct timespec *)args->c, &ns))
        return -EINVAL;
    if (args->b & TIMER_ABSTIME)
        ns -= MIN(ns, now);
    sleep_until(clock_ns() + ns);
    return 0;
}

long call_nanosleep(const struct arguments *args)
{
    uint64_t ns;
    if (!from_timespec((const struct timespec *)args->a, &ns))
        return -EINVAL;
    sleep_until(clock_ns() + ns);
    return 0;
}

long call_gettimeofday(const struct arguments *args)
{
    uint64_t ns = clock_wall_ns();
    *(struct timespec *)args->a =
        (struct timespec){(int64_t)(ns / NS_PER_S), (int64_t)(ns % NS_PER_S / NS_PER_US)};
    return 0;
}

/* getrusage(who, usage): struct rusage begins with the user and the system time; the rest stays
 * 0. */
long call_getrusage(const struct arguments *args)
{
    uint64_t ns = busy_ns();
    int64_t *usage = (int64_t *)args->b;
    memset(usage, 0, 18 * sizeof *usage);
    usage[0] = (int64_t)(ns / NS_PER_S);
    usage[1] = (int64_t)(ns % NS_PER_S / NS_PER_US);
    return 0;
}

/* times(buffer): in ticks of 10 ms. */
long call_times(const struct arguments *args)
{
    int64_t *t = (int64_t *)args->a;
    if (t) {
        memset(t, 0, 4 * sizeof *t);
        t[0] = (int64_t)(busy_ns() / (10 * NS_PER_MS));
    }
    return (long)(clock_ns() / (10 * NS_PER_MS));
}
