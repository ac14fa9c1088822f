/* futex.c: waiting for a word to change (man 2 futex). A hash table of waiters, each on its
 * thread's stack.
 *
 * Invariants: a waiter is on the list of its word's bucket exactly while it is not WOKEN; its word
 * changes only with both buckets' locks. A waker takes off and wakes all that it will with one hold
 * of the lock, so that none of them can wait anew and be woken by the same call; a waiter's frame
 * lives until it has seen, with the lock, that it is WOKEN, or has taken itself off. */
#include "clock.h"
#include "errno.h"
#include "kcall.h"
#include "spinlock.h"
#include "thread.h"

#define BUCKETS 256

enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_WAIT_BITSET = 9, FUTEX_WAKE_BITSET = 10 };
#define FUTEX_COMMAND       0x7f
#define FUTEX_CLOCK_WALL    0x100

struct waiter {
    struct waiter *next;
    const int32_t *word;
    struct thread *thread;
    bool woken, moved; /* under the bucket's lock */
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

/* The next one after *at, itself included, that waits for the word. */
static struct waiter **find(struct waiter **at, const int32_t *word)
{
    while (*at && (*at)->word != word)
        at = &(*at)->next;
    return at;
}

/* ---- waiting ---- */

static bool begin(struct waiter *w, int32_t expected)
{
    struct bucket *b = bucket_of(w->word);
    irq_state state = spin_lock_irqsave(&b->lock);
    bool waits = __atomic_load_n(w->word, __ATOMIC_SEQ_CST) == expected;
    if (waits)
        append(b, w);
    spin_unlock_irqrestore(&b->lock, state);
    return waits;
}

/* The bucket that it is in now, locked. */
static struct bucket *lock_bucket_of(struct waiter *w, irq_state *state)
{
    for (;;) {
        struct bucket *b = bucket_of(__atomic_load_n(&w->word, __ATOMIC_RELAXED));
        *state = spin_lock_irqsave(&b->lock);
        if (b == bucket_of(w->word))
            return b;
        spin_unlock_irqrestore(&b->lock, *state);
    }
}

/* Whether it was woken; if not, and it is to give up, it is off the list. */
static bool is_woken(struct waiter *w, bool gives_up)
{
    irq_state state;
    struct bucket *b = lock_bucket_of(w, &state);
    bool woken = w->woken;
    if (!woken && gives_up)
        remove(b, w);
    spin_unlock_irqrestore(&b->lock, state);
    return woken;
}

/* 0 when woken, -EAGAIN when the word has another value, -ETIMEDOUT. */
static long wait(struct waiter *w, int32_t expected, uint64_t deadline_ns)
{
    if (!begin(w, expected))
        return -EAGAIN;
    for (;;) {
        bool expired = !thread_park(deadline_ns);
        if (is_woken(w, expired))
            return 0;
        if (expired)
            return -ETIMEDOUT;
    }
}

static struct waiter waiter(const int32_t *word)
{
    return (struct waiter){.word = word, .thread = thread_current()};
}

void futex_wait(const int32_t *word, int32_t while_equal)
{
    struct waiter w = waiter(word);
    wait(&w, while_equal, NO_DEADLINE);
}

long futex_wait_until(const int32_t *word, int32_t while_equal, uint64_t deadline_ns, bool *moved)
{
    struct waiter w = waiter(word);
    long result = wait(&w, while_equal, deadline_ns);
    *moved = w.moved;
    return result;
}

/* ---- waking, the oldest first ---- */

static long wake(const int32_t *word, unsigned count)
{
    struct bucket *b = bucket_of(word);
    irq_state state = spin_lock_irqsave(&b->lock);
    long woken = 0;
    for (struct waiter **at = find(&b->first, word); *at && woken < count;
         at = find(at, word), woken++) {
        struct waiter *w = take(b, at);
        w->woken = true;
        thread_unpark(w->thread);
    }
    spin_unlock_irqrestore(&b->lock, state);
    return woken;
}

/* ---- moving ---- */

static irq_state lock_both(struct bucket *a, struct bucket *b)
{
    irq_state state = spin_lock_irqsave(a < b ? &a->lock : &b->lock);
    if (a != b)
        spin_lock(a < b ? &b->lock : &a->lock);
    return state;
}

static void unlock_both(struct bucket *a, struct bucket *b, irq_state state)
{
    if (a != b)
        spin_unlock(&a->lock);
    spin_unlock_irqrestore(&b->lock, state);
}

unsigned futex_move(const int32_t *from, const int32_t *to, unsigned count)
{
    struct bucket *a = bucket_of(from), *b = bucket_of(to);
    irq_state state = lock_both(a, b);
    unsigned moved = 0;
    for (struct waiter **at = find(&a->first, from); *at && moved < count;
         at = find(at, from), moved++) {
        struct waiter *w = take(a, at);
        w->word = to;
        w->moved = true;
        append(b, w);
    }
    unlock_both(a, b, state);
    return moved;
}

/* ---- for others ---- */

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

/* futex(word, operation, value, timeout, ...). */
long call_futex(const struct arguments *args)
{
    const int32_t *word = (const int32_t *)args->a;
    switch (args->b & FUTEX_COMMAND) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET: {
        struct waiter w = waiter(word);
        return wait(&w, (int32_t)args->c, deadline(args));
    }
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
        return wake_and_let_run(word, (unsigned)args->c);
    default:
        return -ENOSYS;
    }
}

/* ---- a sleeping lock on the same ground (Drepper, Futexes Are Tricky, section 5, the second
 * mutex) ---- */

void mutex_lock(struct mutex *m)
{
    int32_t expected = 0;
    if (__atomic_compare_exchange_n(&m->word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&m->word, 2, __ATOMIC_ACQUIRE) != 0)
        futex_wait(&m->word, 2);
}

void mutex_unlock(struct mutex *m)
{
    if (__atomic_exchange_n(&m->word, 0, __ATOMIC_RELEASE) == 2)
        wake_and_let_run(&m->word, 1);
}
