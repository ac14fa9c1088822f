/* futex.c: waiting for a word to change (man 2 futex). A hash table of waiters, each on its thread's stack.
 *
 * Invariants: a waiter is on its bucket's list exactly while QUEUED; a waker takes off at once all that it
 * will wake, so that none of them can wait anew and be woken by the same call; a waiter's frame lives until
 * it is WOKEN or has taken itself off. */
#include "clock.h"
#include "errno.h"
#include "kcall.h"
#include "spinlock.h"
#include "thread.h"

#define BUCKETS 256

enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_REQUEUE = 3, FUTEX_CMP_REQUEUE = 4, FUTEX_WAIT_BITSET = 9,
       FUTEX_WAKE_BITSET = 10 };
#define FUTEX_COMMAND       0x7f
#define FUTEX_CLOCK_WALL    0x100

struct waiter {
    struct waiter *next;
    const int32_t *word;
    struct thread *thread;
    enum { QUEUED, TAKEN, WOKEN } state; /* under the bucket's lock */
};

static struct bucket {
    struct spinlock lock;
    struct waiter *first, **last;
} __attribute__((aligned(64))) buckets[BUCKETS];

static struct bucket *bucket_of(const int32_t *word)
{
    uint64_t hash = ((uintptr_t)word >> 2) * 0x9e3779b97f4a7c15;
    return &buckets[hash >> 56];
}

static void append(struct bucket *b, struct waiter *w)
{
    if (b->first == NULL)
        b->last = &b->first;
    w->next = NULL;
    w->state = QUEUED;
    *b->last = w;
    b->last = &w->next;
}

/* Unlinks *at, a waiter of b. */
static struct waiter *take(struct bucket *b, struct waiter **at)
{
    struct waiter *w = *at;
    *at = w->next;
    if (b->last == &w->next)
        b->last = at;
    w->state = TAKEN;
    return w;
}

static void remove(struct bucket *b, struct waiter *w)
{
    for (struct waiter **at = &b->first; *at; at = &(*at)->next)
        if (*at == w) {
            take(b, at);
            return;
        }
}

/* 0 when woken, -EAGAIN when the word has another value, -ETIMEDOUT. */
static long wait(const int32_t *word, int32_t expected, uint64_t deadline_ns)
{
    struct bucket *b = bucket_of(word);
    struct waiter w = {.word = word, .thread = thread_current()};
    irq_state state = spin_lock_irqsave(&b->lock);
    bool changed = __atomic_load_n(word, __ATOMIC_SEQ_CST) != expected;
    if (!changed)
        append(b, &w);
    spin_unlock_irqrestore(&b->lock, state);
    if (changed)
        return -EAGAIN;
    for (;;) {
        bool expired = !thread_park(deadline_ns);
        state = spin_lock_irqsave(&b->lock);
        if (w.state == QUEUED && expired)
            remove(b, &w);
        else
            expired = false;
        bool woken = w.state == WOKEN;
        spin_unlock_irqrestore(&b->lock, state);
        if (woken)
            return 0;
        if (expired)
            return -ETIMEDOUT;
        if (w.state == TAKEN)
            deadline_ns = NO_DEADLINE; /* the waker is on its way */
    }
}

/* Takes up to `count` waiters for the word off the list, oldest first. */
static struct waiter *take_some(struct bucket *b, const int32_t *word, unsigned count)
{
    struct waiter *taken = NULL, **end = &taken;
    for (struct waiter **at = &b->first; *at && count > 0;) {
        if ((*at)->word != word) {
            at = &(*at)->next;
            continue;
        }
        *end = take(b, at);
        end = &(*end)->next;
        count--;
    }
    *end = NULL;
    return taken;
}

static long wake(const int32_t *word, unsigned count)
{
    struct bucket *b = bucket_of(word);
    irq_state state = spin_lock_irqsave(&b->lock);
    struct waiter *w = take_some(b, word, count);
    spin_unlock_irqrestore(&b->lock, state);
    long woken = 0;
    for (; w; woken++) {
        struct waiter *next = w->next;
        state = spin_lock_irqsave(&b->lock);
        w->state = WOKEN;
        thread_unpark(w->thread); /* under the lock: it can't have left, and w with it */
        spin_unlock_irqrestore(&b->lock, state);
        w = next;
    }
    return woken;
}

void futex_wake(const int32_t *word, unsigned count)
{
    wake(word, count);
}

/* For threads: a more urgent one that was woken runs at once. */
static long wake_and_let_run(const int32_t *word, unsigned count)
{
    long woken = wake(word, count);
    thread_preempt();
    return woken;
}

void futex_wait(const int32_t *word, int32_t while_equal)
{
    wait(word, while_equal, NO_DEADLINE);
}

/* The time-out of FUTEX_WAIT is relative, of FUTEX_WAIT_BITSET absolute. */
static uint64_t deadline(const struct arguments *args)
{
    const int64_t *timeout = (const int64_t *)args->d;
    if (timeout == NULL)
        return NO_DEADLINE;
    if (timeout[0] < 0)
        return 0;
    uint64_t ns = (uint64_t)timeout[0] * NS_PER_S + (uint64_t)timeout[1];
    if ((args->b & FUTEX_COMMAND) == FUTEX_WAIT)
        return clock_ns() + ns;
    return args->b & FUTEX_CLOCK_WALL ? clock_ns() + ns - MIN(ns, clock_wall_ns()) : ns;
}

/* futex(word, operation, value, timeout or second value, second word, third value). Requeueing wakes all
 * instead, which the interface allows: every waiter checks its own condition. */
long call_futex(const struct arguments *args)
{
    const int32_t *word = (const int32_t *)args->a;
    switch (args->b & FUTEX_COMMAND) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
        return wait(word, (int32_t)args->c, deadline(args));
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
        return wake_and_let_run(word, (unsigned)args->c);
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
        return wake_and_let_run(word, UINT32_MAX);
    default:
        return -ENOSYS;
    }
}

/* ---- a sleeping lock on the same ground (Drepper, Futexes Are Tricky, section 5, the second mutex) ---- */

void mutex_lock(struct mutex *m)
{
    int32_t expected = 0;
    if (__atomic_compare_exchange_n(&m->word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&m->word, 2, __ATOMIC_ACQUIRE) != 0)
        wait(&m->word, 2, NO_DEADLINE);
}

void mutex_unlock(struct mutex *m)
{
    if (__atomic_exchange_n(&m->word, 0, __ATOMIC_RELEASE) == 2)
        wake_and_let_run(&m->word, 1);
}
