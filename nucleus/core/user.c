/* user.c: see user.h. `thread->user` says that a thread is in user mode: then its registers are the user's. */
#include "user.h"
#include "aspace_parts.h"
#include "machine.h"
#include "thread.h"

void user_init(struct user *u, struct aspace *aspace, uintptr_t pc, uintptr_t sp)
{
    memset(u, 0, sizeof *u);
    u->aspace = aspace;
    arch_user_init(u, pc, sp);
}

/* ---- there ---- */

/* On the handler stack. */
static struct context *begin(void)
{
    struct core *core = this_core();
    struct thread *t = core->current;
    if (core->aspace != t->user->aspace)
        aspace_enter(t->user->aspace);
    arch_thread_enter(core, t);
    arch_fp_restore(&t->user->fp);
    return user_go_on(t);
}

static void time_is_up(struct timer *turn)
{
    struct thread *loop = CONTAINER_OF(turn, struct core, turn)->loop;
    if (loop->user)
        thread_unpark(loop);
}

/* It stays set when a system call ends user mode: most turns have many, and who goes off in vain does no harm. */
static void set_turn(struct core *core, uint64_t until)
{
    if (until == core->turn_ends)
        return;
    timer_stop(&core->turn);
    core->turn_ends = until;
    core->turn.fire = time_is_up;
    core->turn.deadline_ns = clock_ns_at(until);
    if (until != UINT64_MAX)
        timer_start(&core->turn);
}

static void go_there(struct core *core, struct thread *t, struct user *u)
{
    u->thread = t;
    u->context.core = core;
    arch_fp_save(&t->fp);
    t->user = u;
    arch_switch(core, begin);
    arch_fp_restore(&t->fp);
}

enum user_end user_run(struct user *u, uint64_t until)
{
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    uint64_t began = arch_ticks();
    u->end = USER_INTERRUPTED;
    if (began < until) {
        set_turn(core, until);
        go_there(core, core->current, u);
        u->run_ticks += arch_ticks() - began;
    }
    arch_irq_restore(state);
    return u->end;
}

/* ---- and back: on the handler stack ---- */

static struct context *leave(struct thread *t, enum user_end end)
{
    struct user *u = t->user;
    u->end = end;
    arch_fp_save(&u->fp);
    t->user = NULL;
    arch_thread_enter(t->core, t);
    return &t->context;
}

static struct thread *thread_of(struct context *context)
{
    return CONTAINER_OF(context, struct user, context)->thread;
}

struct context *user_call(struct context *context)
{
    return leave(thread_of(context), USER_CALL);
}

struct context *user_except(struct context *context, enum user_exception exception)
{
    struct thread *t = thread_of(context);
    t->user->exception = exception;
    return leave(t, USER_EXCEPTION);
}

struct context *user_fault(struct context *context, uintptr_t address, unsigned wants)
{
    struct thread *t = thread_of(context);
    struct user *u = t->user;
    enum fault_end end = aspace_fault(u->aspace, address, wants, &u->fault.absent);
    if (end == FAULT_RESOLVED)
        return user_go_on(t);
    u->fault.end = end;
    u->fault.address = address;
    u->fault.wants = wants;
    return leave(t, USER_FAULT);
}

struct context *user_go_on(struct thread *t)
{
    if (!t->permit)
        return &t->user->context;
    t->permit = false;
    return leave(t, USER_INTERRUPTED);
}
