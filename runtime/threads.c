/* threads.c: clone, exit, and where a thread runs.
 *
 * Placement: the OCaml runtime makes two threads a domain. A domain's own thread goes to the next
 * core in turn, so the n-th domain runs on core n modulo the number of cores. Its backup thread is
 * the one created with all signals blocked (runtime/domain.c); it joins its creator's core, at
 * urgent priority, since a stop-the-world waits for it. */
#include "cores.h"
#include "errno.h"
#include "kcall.h"
#include "kspace.h"
#include "thread.h"

#define CLONE_PARENT_SETTID  0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_SETTLS         0x00080000

/* All but those musl keeps for itself: 32, 33, 34. */
#define APPLICATION_SIGNALS 0xfffffffc7fffffffull

static _Atomic uint32_t nr_placed;

struct start {
    int (*fn)(void *);
    void *arg;
};

/* musl's start function never returns. */
static void run(void *arg)
{
    struct start *start = arg;
    start->fn(start->arg);
    thread_exit();
}

/* musl calls __clone(fn, stack, flags, arg, parent_tid, tls, child_tid); the architecture's musl.S
 * hands its arguments on. The record of what to start lies on the new thread's stack. */
long clone_thread(int (*fn)(void *), uintptr_t stack, long flags, void *arg, int32_t *parent_tid,
                  uintptr_t tls, int32_t *child_tid)
{
    struct thread *parent = thread_current();
    bool backup = (parent->signals_before & APPLICATION_SIGNALS) == APPLICATION_SIGNALS;
    struct core *core = backup ? parent->core : cores[++nr_placed % nr_cores];
    uintptr_t top = ALIGN_DOWN(stack - sizeof(struct start), 16);
    struct start *start = (struct start *)top; /* SAFETY: inside the stack that musl mapped */
    *start = (struct start){fn, arg};
    struct thread *t = thread_new_parked(backup ? "backup" : "domain", run, start, top, 0,
                                         flags & CLONE_SETTLS ? tls : 0, core,
                                         backup ? THREAD_URGENT : THREAD_NORMAL);
    if (t == NULL)
        return -EAGAIN;
    if (flags & CLONE_CHILD_CLEARTID)
        t->clear_tid = child_tid;
    if (flags & CLONE_PARENT_SETTID)
        *parent_tid = (int32_t)t->id;
    long id = t->id;
    thread_unpark(t);
    return id;
}

/* Whoever waits for this frees the thread's stack: the thread must be off it. */
static void clear_tid(struct thread *t)
{
    if (t->clear_tid == NULL)
        return;
    __atomic_store_n(t->clear_tid, 0, __ATOMIC_SEQ_CST);
    futex_wake(t->clear_tid, 1);
}

long call_exit(const struct arguments *args)
{
    (void)args;
    thread_exit_release(0, 0, clear_tid);
}

/* What musl's __unmapself becomes: a detached thread frees its own stack. */
_Noreturn void exit_and_unmap(uintptr_t base, size_t size)
{
    thread_exit_release(base, size, clear_tid);
}

long call_set_tid_address(const struct arguments *args)
{
    thread_current()->clear_tid = (int32_t *)args->a;
    return thread_current()->id;
}

long call_gettid(const struct arguments *args)
{
    (void)args;
    return thread_current()->id;
}

long call_sched_yield(const struct arguments *args)
{
    (void)args;
    thread_yield();
    return 0;
}

/* sched_getaffinity(pid, size, mask): the machine's cores. */
long call_sched_getaffinity(const struct arguments *args)
{
    uint8_t *mask = (uint8_t *)args->c;
    size_t size = ALIGN_UP((nr_cores + 7) / 8, 8);
    if ((size_t)args->b < size)
        return -EINVAL;
    memset(mask, 0, size);
    for (uint32_t i = 0; i < nr_cores; i++)
        mask[i / 8] |= (uint8_t)(1u << i % 8);
    return (long)size;
}
