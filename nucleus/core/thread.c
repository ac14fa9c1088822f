/* thread.c: each core's run queue, and the threads on it.
 *
 * Invariants: a thread's queue links and state change only under its core's lock; only its own core
 * runs it, so a thread found READY is wholly saved by the time schedule() looks. `current` of a
 * core is never in its queue; the idle thread never is.
 *
 * A core idles in its idle thread, or, when its last thread parked, in that one (`core->idles`): to
 * go to the idle thread and back would take longer than most handlers. */
#include "clock.h"
#include "console.h"
#include "errno.h"
#include "frames.h"
#include "kspace.h"
#include "machine.h"
#include "panic.h"
#include "slab.h"
#include "thread.h"
#include "user.h"

#define SLICE_NS (2 * NS_PER_MS)

static struct slab threads = SLAB_INIT("threads", struct thread, 64);
static struct spinlock list_lock = SPINLOCK_INIT;
static struct thread *all_threads;
static uint32_t next_id = 1;

struct thread *thread_current(void)
{
    /* One load: the thread may be preempted, but never moves to another core. */
    return this_core()->current;
}

/* ---- the run queue: under core->lock ---- */

static void enqueue(struct core *core, struct thread *t, enum thread_priority priority)
{
    t->next = NULL;
    if (core->ready_first[priority] == NULL)
        core->ready_first[priority] = t;
    else
        core->ready_last[priority]->next = t;
    core->ready_last[priority] = t;
}

static struct thread *dequeue(struct core *core)
{
    for (unsigned p = THREAD_URGENT; p <= THREAD_NORMAL; p++) {
        struct thread *t = core->ready_first[p];
        if (t) {
            core->ready_first[p] = t->next;
            return t;
        }
    }
    return core->idle;
}

static bool anyone_ready(const struct core *core)
{
    return core->ready_first[THREAD_URGENT] || core->ready_first[THREAD_NORMAL];
}

/* ---- switching: on the handler stack, interrupts off ---- */

static void account(struct core *core, struct thread *from, struct thread *to)
{
    uint64_t now = clock_ns();
    from->run_ns += now - from->started_ns;
    to->started_ns = now;
    if (from == core->idle) {
        core->idle_ns += now - core->idle_since_ns;
        watch_goes_on(core, now);
    }
    if (to == core->idle)
        core->idle_since_ns = now;
    trace(TRACE_SWITCH, to->id, from->id);
}

/* The idle thread's time, though it does not run. */
static void begin_to_idle(struct core *core)
{
    core->idles = true;
    account(core, core->current, core->idle);
    core->slice_end_ns = UINT64_MAX;
    timer_update();
}

static void end_to_idle(struct core *core)
{
    core->idles = false;
    account(core, core->idle, core->current);
}

static void switch_fp(struct core *core, struct thread *from, struct thread *to)
{
    if (from != core->idle && from->state != THREAD_DEAD)
        arch_fp_save(thread_fp(from));
    if (to != core->idle && core->fp_owner != to) {
        arch_fp_restore(thread_fp(to));
        core->fp_owner = to;
    }
}

/* A slice ends only for the good of another: alone, a thread runs on without a tick. */
static void set_slice(struct core *core, struct thread *running)
{
    bool shared = running != core->idle && anyone_ready(core);
    core->slice_end_ns = shared ? clock_ns() + SLICE_NS : UINT64_MAX;
}

struct context *schedule(void)
{
    struct core *core = this_core();
    struct thread *from = core->current;
    spin_lock(&core->lock);
    core->reschedule = false;
    if (core->idles && from->state == THREAD_PARKED && !anyone_ready(core)) {
        spin_unlock(&core->lock);
        return &from->context;
    }
    if (core->idles)
        end_to_idle(core);
    if (from->state == THREAD_RUNNING && from != core->idle) {
        from->state = THREAD_READY;
        enqueue(core, from, THREAD_NORMAL);
    }
    struct thread *to = dequeue(core);
    to->state = THREAD_RUNNING;
    core->current = to;
    set_slice(core, to);
    spin_unlock(&core->lock);
    if (to != from) {
        core->nr_switches++;
        account(core, from, to);
        switch_fp(core, from, to);
        arch_thread_enter(core, to);
    }
    timer_update();
    return to->user ? user_go_on(to) : &to->context;
}

/* ---- for threads ---- */

struct park_timer {
    struct timer timer;
    struct thread *thread;
};

/* Runs on the thread's own core. */
static void park_expired(struct timer *timer)
{
    struct thread *t = CONTAINER_OF(timer, struct park_timer, timer)->thread;
    t->timed_out = true;
    thread_unpark(t);
}

/* The current thread, which is parked, until it is not. Interrupts off. Whoever makes another one
 * ready after the look at the queue, with the lock, sees that the core idles, and interrupts it. */
static void wait_parked(struct core *core, struct thread *t)
{
    spin_lock(&core->lock);
    bool idles = t->state == THREAD_PARKED && !anyone_ready(core);
    if (idles)
        begin_to_idle(core);
    spin_unlock(&core->lock);
    if (!idles) {
        arch_switch(core, schedule);
        return;
    }
    while (t->state == THREAD_PARKED)
        arch_idle();
    if (core->idles) {
        end_to_idle(core);
        timer_update();
    }
}

bool thread_park(uint64_t deadline_ns)
{
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    struct thread *t = core->current;
    struct park_timer park = {.timer = {.deadline_ns = deadline_ns, .fire = park_expired},
                              .thread = t};
    t->timed_out = false;
    spin_lock(&core->lock);
    bool wait = !t->permit;
    t->permit = false;
    if (wait)
        t->state = THREAD_PARKED;
    spin_unlock(&core->lock);
    if (wait) {
        if (deadline_ns != NO_DEADLINE)
            timer_start(&park.timer);
        wait_parked(core, t);
        timer_stop(&park.timer);
        t->permit = false;
    }
    arch_irq_restore(state);
    return !t->timed_out;
}

/* These two say for what t's core is to be interrupted, if it is another one. */
static uint32_t go_on(struct thread *t)
{
    t->state = THREAD_RUNNING;
    return IPI_WAKE;
}

static uint32_t make_ready(struct core *core, struct thread *t, bool here)
{
    t->state = THREAD_READY;
    enqueue(core, t, t->priority);
    if (core_is_idle(core) || t->priority < core->current->priority)
        return IPI_RESCHEDULE;
    if (core->slice_end_ns != UINT64_MAX)
        return 0;
    core->slice_end_ns = clock_ns() + SLICE_NS;
    if (!here)
        return IPI_RESCHEDULE;
    timer_update();
    return 0;
}

void thread_unpark(struct thread *t)
{
    struct core *core = t->core;
    irq_state state = spin_lock_irqsave(&core->lock);
    t->permit = true;
    bool here = core == this_core();
    uint32_t reasons = 0;
    if (t->state == THREAD_PARKED) {
        trace(TRACE_WAKE, t->id, core->index);
        reasons = core->idles && core->current == t ? go_on(t) : make_ready(core, t, here);
    } else if (t->user) {
        reasons = IPI_RESCHEDULE; /* so it looks at its permit */
    }
    bool preempts = reasons & IPI_RESCHEDULE;
    if (preempts && here)
        core->reschedule = true;
    spin_unlock(&core->lock);
    if (reasons && !here)
        ipi_send(core, reasons);
    arch_irq_restore(state);
    if (here && preempts && arch_irq_was_on(state))
        thread_preempt();
}

void thread_preempt(void)
{
    irq_state state = arch_irq_save();
    if (this_core()->reschedule)
        arch_switch(this_core(), schedule);
    arch_irq_restore(state);
}

void thread_yield(void)
{
    irq_state state = arch_irq_save();
    if (anyone_ready(this_core()))
        arch_switch(this_core(), schedule);
    arch_irq_restore(state);
}

void thread_set_tls(uintptr_t tls)
{
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    core->current->tls = tls;
    arch_thread_enter(core, core->current);
    arch_irq_restore(state);
}

_Noreturn void thread_leave_stack(void (*fn)(void *), void *arg)
{
    arch_irq_save();
    arch_call_on_stack(fn, arg, this_core()->irq_stack);
}

/* ---- birth and death ---- */

static void list_insert(struct thread *t)
{
    irq_state state = spin_lock_irqsave(&list_lock);
    t->id = next_id++;
    t->all_next = all_threads;
    t->all_prev = NULL;
    if (all_threads)
        all_threads->all_prev = t;
    all_threads = t;
    spin_unlock_irqrestore(&list_lock, state);
}

static void list_remove(struct thread *t)
{
    irq_state state = spin_lock_irqsave(&list_lock);
    if (t->all_prev)
        t->all_prev->all_next = t->all_next;
    else
        all_threads = t->all_next;
    if (t->all_next)
        t->all_next->all_prev = t->all_prev;
    spin_unlock_irqrestore(&list_lock, state);
}

static void thread_register(struct thread *t, const char *name, struct core *core)
{
    memset(t, 0, sizeof *t);
    t->name = name;
    t->core = core;
    t->context.core = core;
    t->priority = THREAD_NORMAL;
    list_insert(t);
    trace_name(TRACE_NAMED_THREAD, t->id, name);
}

static struct thread *thread_new(const char *name, struct core *core)
{
    struct thread *t = slab_alloc(&threads);
    if (t)
        thread_register(t, name, core);
    return t;
}

struct thread *thread_new_parked(const char *name, void (*entry)(void *), void *arg,
                                 uintptr_t stack_top, size_t stack_size, uintptr_t tls,
                                 struct core *core, enum thread_priority priority)
{
    uintptr_t top = stack_top ? stack_top : kspace_stack(stack_size);
    struct thread *t = top ? thread_new(name, core) : NULL;
    if (t == NULL) {
        if (top && !stack_top)
            kspace_stack_free(top, stack_size);
        return NULL;
    }
    t->priority = priority;
    t->tls = tls;
    t->stack_top = top;
    t->stack_size = stack_top ? 0 : stack_size;
    t->state = THREAD_PARKED;
    arch_thread_init(t, entry, arg);
    return t;
}

struct thread *thread_create(const char *name, void (*entry)(void *), void *arg,
                             uintptr_t stack_top, size_t stack_size, uintptr_t tls,
                             struct core *core, enum thread_priority priority)
{
    struct thread *t =
        thread_new_parked(name, entry, arg, stack_top, stack_size, tls, core, priority);
    if (t)
        thread_unpark(t);
    return t;
}

struct exit_request {
    uintptr_t base;
    size_t size;
    void (*at_end)(struct thread *);
};

/* On the handler stack. The thread is nobody's any more: not queued, not parked anywhere. */
static void finish_exit(void *arg)
{
    struct exit_request *request = arg;
    struct core *core = this_core();
    struct thread *t = core->current;
    uintptr_t base = request->base;
    size_t size = request->size;
    list_remove(t);
    if (size)
        kspace_release(base, size);
    if (t->stack_size)
        kspace_stack_free(t->stack_top, t->stack_size);
    if (core->fp_owner == t)
        core->fp_owner = NULL;
    if (request->at_end)
        request->at_end(t);
    t->state = THREAD_DEAD;
    struct context *next = schedule();
    slab_free(&threads, t);
    arch_resume(next);
}

_Noreturn void thread_exit_release(uintptr_t base, size_t size, void (*at_end)(struct thread *))
{
    static struct exit_request requests[DISCOVER_CORES];
    arch_irq_save();
    struct exit_request *request = &requests[this_core()->index];
    *request = (struct exit_request){base, size, at_end};
    thread_leave_stack(finish_exit, request);
}

_Noreturn void thread_exit(void)
{
    thread_exit_release(0, 0, NULL);
}

void thread_for_each(void (*fn)(struct thread *, void *), void *arg)
{
    irq_state state = spin_lock_irqsave(&list_lock);
    for (struct thread *t = all_threads; t; t = t->all_next)
        fn(t, arg);
    spin_unlock_irqrestore(&list_lock, state);
}

/* ---- idling ---- */

void thread_init_core(struct core *core)
{
    struct thread *idle = &core->idle_thread;
    uintptr_t stack_top = idle->stack_top;
    thread_register(idle, "idle", core);
    idle->stack_top = stack_top;
    idle->state = THREAD_RUNNING;
    core->idle = core->current = idle;
    core->context = &idle->context;
    core->idle_since_ns = clock_ns();
    arch_thread_enter(core, idle);
}

_Noreturn void thread_idle_loop(void)
{
    for (;;) {
        arch_irq_disable();
        struct core *core = this_core();
        if (anyone_ready(core))
            arch_switch(core, schedule);
        else
            arch_idle();
        arch_irq_enable();
    }
}
