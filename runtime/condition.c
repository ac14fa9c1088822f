/* condition.c: musl's condition variables, with waiters that are moved to the mutex when its owner
 * signals, so that they wake when they can have it: who has a domain's lock wakes its thread once,
 * not twice.
 *
 * They replace musl's in the link, and keep its layout: a number that each signal changes, on which
 * one waits, and a count of who waits; and the mutex, which is the same for all that wait at a
 * time.
 *
 * Invariant: a waiter that was moved does not touch the condition variable again (its signaler
 * counts it off), so that one may be destroyed right after a broadcast, though its waiters have yet
 * to wake. Those that were about to wait, or gave up, count themselves off; pthread_cond_destroy
 * waits for them. */
#include <pthread.h>
#include <time.h>
#include "clock.h"
#include "errno.h"
#include "kcall.h"
#include "mutex.h"
#include "thread.h"

#define DESTROYED INT32_MIN /* in the count of who waits */

static int *number_of(pthread_cond_t *c) { return (int *)&c->__u.__vi[2]; }
static int *waiters_of(pthread_cond_t *c) { return (int *)&c->__u.__vi[3]; }
static void **mutex_of(pthread_cond_t *c) { return (void **)&c->__u.__p[3]; }
static clockid_t clock_of(pthread_cond_t *c) { return c->__u.__i[4] & 0x7fffffff; }

static uint64_t deadline(pthread_cond_t *c, const struct timespec *until)
{
    if (until == NULL)
        return NO_DEADLINE;
    if (until->tv_sec < 0)
        return 0;
    uint64_t ns = (uint64_t)until->tv_sec * NS_PER_S + (uint64_t)until->tv_nsec;
    return clock_of(c) == CLOCK_REALTIME ? clock_ns() + ns - MIN(ns, clock_wall_ns()) : ns;
}

/* Takes some off the count of who waits. */
static void leave(pthread_cond_t *c, int count)
{
    int before = __atomic_fetch_sub(waiters_of(c), count, __ATOMIC_SEQ_CST);
    if (before == (count | DESTROYED))
        futex_wake(waiters_of(c), 1);
}

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
    if (until && (until->tv_nsec < 0 || until->tv_nsec >= (long)NS_PER_S))
        return EINVAL;
    int number = __atomic_load_n(number_of(c), __ATOMIC_SEQ_CST);
    __atomic_store_n(mutex_of(c), m, __ATOMIC_RELAXED);
    __atomic_fetch_add(waiters_of(c), 1, __ATOMIC_SEQ_CST);
    int error = pthread_mutex_unlock(m);
    bool moved = false;
    long result = error ? 0 : futex_wait_until(number_of(c), number, deadline(c, until), &moved);
    if (!moved)
        leave(c, 1);
    if (error)
        return error;
    error = moved ? mutex_lock_moved(m) : pthread_mutex_lock(m);
    return error ? error : result == -ETIMEDOUT && !moved ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
    return pthread_cond_timedwait(c, m, NULL);
}

static inline int signal(pthread_cond_t *c, unsigned count)
{
    __atomic_fetch_add(number_of(c), 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(waiters_of(c), __ATOMIC_SEQ_CST) == 0)
        return 0;
    pthread_mutex_t *m = __atomic_load_n(mutex_of(c), __ATOMIC_RELAXED);
    unsigned moved = futex_move(number_of(c), mutex_word(m), count);
    if (moved == 0)
        return 0;
    mutex_adopt_waiters(m, moved);
    leave(c, (int)moved);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *c)
{
    return signal(c, 1);
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
    return signal(c, UINT32_MAX);
}

int pthread_cond_destroy(pthread_cond_t *c)
{
    int waiters = __atomic_or_fetch(waiters_of(c), DESTROYED, __ATOMIC_SEQ_CST);
    while (waiters != DESTROYED) {
        futex_wait(waiters_of(c), waiters);
        waiters = __atomic_load_n(waiters_of(c), __ATOMIC_SEQ_CST);
    }
    return 0;
}
