/* mutex.c: musl's mutexes with a shorter way for one that is free: OCaml takes three of them for
 * each wait and each stop-the-world. They replace musl's in the link, and keep its layout and
 * meaning, which its condition variables rely on: a word that is 0 or the owner, negative when
 * somebody may wait for it; and a count of who waits.
 *
 * Robust, priority-inheriting and process-shared mutexes are not known here: nobody can make one,
 * as the mutex attributes' setters for these are not linked. */
#include <pthread.h>
#include "errno.h"
#include "cores.h"
#include "kcall.h"
#include "machine.h"
#include "mutex.h"
#include "thread.h"

#define NORMAL      0
#define RECURSIVE   1
#define ERRORCHECK  2
#define OWNER_MASK  0x3fffffff
#define CONTENDED   INT32_MIN
#define SPINS       100
#define NORMAL_OWNED EBUSY /* the word of one that does not know its owner */

static int *type_of(pthread_mutex_t *m) { return &m->__u.__i[0]; }
static int *waiters_of(pthread_mutex_t *m) { return (int *)&m->__u.__vi[2]; }
static int *count_of(pthread_mutex_t *m) { return &m->__u.__i[5]; }

/* musl's thread ids are the nucleus's. */
static int owner_word(int type)
{
    return type == NORMAL ? NORMAL_OWNED : (int)this_core()->current->id; /* as thread_current */
}

static bool take(pthread_mutex_t *m, int me)
{
    int free = 0;
    return __atomic_compare_exchange_n(mutex_word(m), &free, me, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
}

/* Not free: an error, a further time by its owner (0), or EBUSY. */
static int refused(pthread_mutex_t *m, int type, int me)
{
    bool is_mine =
        type != NORMAL && (__atomic_load_n(mutex_word(m), __ATOMIC_RELAXED) & OWNER_MASK) == me;
    if (!is_mine)
        return EBUSY;
    if (type == ERRORCHECK)
        return EDEADLK;
    if (*count_of(m) == INT32_MAX)
        return EAGAIN;
    ++*count_of(m);
    return 0;
}

static void wait_for(pthread_mutex_t *m)
{
    int word = __atomic_load_n(mutex_word(m), __ATOMIC_RELAXED);
    if (word == 0)
        return;
    __atomic_fetch_add(waiters_of(m), 1, __ATOMIC_SEQ_CST);
    int contended = word | CONTENDED;
    __atomic_compare_exchange_n(mutex_word(m), &word, contended, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_RELAXED);
    futex_wait(mutex_word(m), contended);
    __atomic_fetch_sub(waiters_of(m), 1, __ATOMIC_SEQ_CST);
}

static __attribute__((noinline)) int lock_slowly(pthread_mutex_t *m, int type, int me)
{
    int error = refused(m, type, me);
    if (error != EBUSY)
        return error;
    for (int i = 0; i < SPINS && *(volatile int *)mutex_word(m) && !*(volatile int *)waiters_of(m);
         i++)
        arch_relax();
    while (!take(m, me))
        wait_for(m);
    return 0;
}

int __pthread_mutex_lock(pthread_mutex_t *m)
{
    int type = *type_of(m) & 3, me = owner_word(type);
    return take(m, me) ? 0 : lock_slowly(m, type, me);
}

int __pthread_mutex_trylock(pthread_mutex_t *m)
{
    int type = *type_of(m) & 3, me = owner_word(type);
    if (take(m, me))
        return 0;
    int error = refused(m, type, me);
    return error == EDEADLK ? EBUSY : error;
}

/* The count is read first: once the word is 0 another may free the mutex. */
int __pthread_mutex_unlock(pthread_mutex_t *m)
{
    int type = *type_of(m) & 3;
    if (type != NORMAL) {
        if ((__atomic_load_n(mutex_word(m), __ATOMIC_RELAXED) & OWNER_MASK) != owner_word(type))
            return EPERM;
        if (type == RECURSIVE && *count_of(m) > 0)
            return --*count_of(m), 0;
    }
    int waiters = __atomic_load_n(waiters_of(m), __ATOMIC_RELAXED);
    int before = __atomic_exchange_n(mutex_word(m), 0, __ATOMIC_SEQ_CST);
    if (waiters || before < 0) {
        futex_wake(mutex_word(m), 1);
        thread_preempt();
    }
    return 0;
}

/* ---- for condition variables ---- */

/* Its owner, if there is one, sees when it unlocks that it is contended; if there is none, true. */
static bool is_free_else_contended(pthread_mutex_t *m)
{
    int word = __atomic_load_n(mutex_word(m), __ATOMIC_SEQ_CST);
    while (word > 0)
        if (__atomic_compare_exchange_n(mutex_word(m), &word, word | CONTENDED, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return false;
    return word == 0;
}

void mutex_adopt_waiters(pthread_mutex_t *m, unsigned count)
{
    __atomic_fetch_add(waiters_of(m), (int)count, __ATOMIC_SEQ_CST);
    if (is_free_else_contended(m)) {
        futex_wake(mutex_word(m), 1);
        thread_preempt();
    }
}

int mutex_lock_moved(pthread_mutex_t *m)
{
    __atomic_fetch_sub(waiters_of(m), 1, __ATOMIC_SEQ_CST);
    return __pthread_mutex_lock(m);
}

/* ---- by their public names ---- */

int pthread_mutex_lock(pthread_mutex_t *m) __attribute__((alias("__pthread_mutex_lock")));
int pthread_mutex_trylock(pthread_mutex_t *m) __attribute__((alias("__pthread_mutex_trylock")));
int pthread_mutex_unlock(pthread_mutex_t *m) __attribute__((alias("__pthread_mutex_unlock")));
