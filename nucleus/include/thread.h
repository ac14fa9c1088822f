/* thread.h: the runtime's threads. Preemptive among themselves on one core, to which each is bound
 * for life.
 *
 * A thread that is interrupted or that waits is wholly in its `struct thread`: registers in
 * `context`, FP state in `fp`. Nothing of it is ever pushed on its stack, which may be an OCaml
 * fiber's few bytes. */
#ifndef NUCLEUS_THREAD_H
#define NUCLEUS_THREAD_H

#include "base.h"
#include "context.h"

enum thread_state { THREAD_READY, THREAD_RUNNING, THREAD_PARKED, THREAD_DEAD };

/* An urgent thread that wakes preempts a normal one. When it has used its slice it queues behind
 * the normal ones all the same: it may spin for what one of them has to do (a domain's part of a
 * stop-the-world). */
enum thread_priority { THREAD_URGENT, THREAD_NORMAL };

struct user;

struct thread {
    struct context context; /* first: the trap entry stores here */
    struct fp_state fp;
    struct core *core;
    struct user *user; /* in user mode: whose registers a trap saves, instead; else NULL */
    struct thread *next; /* in a run queue or the free list */
    struct thread *all_next, *all_prev;
    const char *name;
    uint32_t id;
    enum thread_state state;
    enum thread_priority priority;
    bool permit; /* an unpark that came before its park */
    bool timed_out;
    bool started_fp; /* fp holds something */
    uintptr_t tls;   /* the C library's thread pointer */
    uintptr_t stack_top;
    size_t stack_size; /* of kspace; 0 when the creator owns the stack */
    uint64_t run_ns, started_ns;

    /* Of the runtime's system-call layer (runtime/). */
    uint64_t signals_blocked, signals_before;
    int32_t *clear_tid; /* zeroed and woken as a futex at exit */
    void *block;        /* what a futex wait is queued on */
};

/* Makes a thread and puts it on `core`'s run queue. `tls` is loaded as the thread pointer. With
 * stack_top 0 it gets a stack of stack_size bytes with a guard page. NULL when memory is short. */
struct thread *thread_create(const char *name, void (*entry)(void *), void *arg,
                             uintptr_t stack_top, size_t stack_size, uintptr_t tls,
                             struct core *core, enum thread_priority priority);

/* The same, but it starts only when its creator unparks it. */
struct thread *thread_new_parked(const char *name, void (*entry)(void *), void *arg,
                                 uintptr_t stack_top, size_t stack_size, uintptr_t tls,
                                 struct core *core, enum thread_priority priority);

struct thread *thread_current(void);

_Noreturn void thread_exit(void);

/* The same, and then releases [base, base + size) of kspace (the stack it runs on; size 0: nothing)
 * and calls at_end, unless it is NULL: on the handler stack, interrupts off, when nothing of the
 * thread's own memory is used any more. */
_Noreturn void thread_exit_release(uintptr_t base, size_t size, void (*at_end)(struct thread *));

#define NO_DEADLINE UINT64_MAX

/* Waits for thread_unpark, or until the monotonic clock reaches deadline_ns. Returns at once when
 * an unpark came before. True when unparked, false when the time was up. May return early without a
 * reason; callers loop on their own condition. Thread context, no spinlock held. */
bool thread_park(uint64_t deadline_ns);

/* Lets t go on from its park, or its next one not wait. Any context, any core. When t is more
 * urgent than the caller it runs at once, unless interrupts are off: then from thread_preempt on,
 * or the end of the handler. */
void thread_unpark(struct thread *t);
void thread_preempt(void);

/* Lets the other ready threads of this core run first. */
void thread_yield(void);

/* Sets the current thread's C-library thread pointer. */
void thread_set_tls(uintptr_t tls);

/* Calls fn(arg) on this core's handler stack with interrupts off, never to return to this stack. */
_Noreturn void thread_leave_stack(void (*fn)(void *), void *arg);

/* On the handler stack, interrupts off: gives the core to the most urgent ready thread. */
struct context *schedule(void);

/* A core's last step of starting: becomes its idle thread. */
_Noreturn void thread_idle_loop(void);
void thread_init_core(struct core *core);

/* Calls fn on each thread with the list locked. */
void thread_for_each(void (*fn)(struct thread *, void *), void *arg);

#endif
