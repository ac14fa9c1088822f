/* signals.c: signals exist here only as far as a thread sends them to itself (raise, abort):
 * nothing else in the kernel sends any. */
#include "boot_info.h"
#include "errno.h"
#include "kcall.h"
#include "panic.h"
#include "power.h"
#include "console.h"
#include "thread.h"

#define NR_SIGNALS 64
#define SIGABRT    6

enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

/* What musl's sigaction passes (its ksigaction.h); the same first words on the three
 * architectures. */
struct action {
    void (*handler)(int);
    unsigned long flags;
    uint64_t rest[2];
};

static struct action actions[NR_SIGNALS + 1];

long call_rt_sigaction(const struct arguments *args)
{
    if (args->a < 1 || args->a > NR_SIGNALS)
        return -EINVAL;
    struct action *a = &actions[args->a];
    const struct action *new = (const struct action *)args->b;
    struct action *old = (struct action *)args->c;
    if (old)
        *old = (struct action){a->handler, a->flags, {0, 0}};
    if (new)
        *a = (struct action){new->handler, new->flags, {0, 0}};
    return 0;
}

static uint64_t apply_mask(uint64_t now, long how, uint64_t set)
{
    switch (how) {
    case SIG_BLOCK:
        return now | set;
    case SIG_UNBLOCK:
        return now & ~set;
    default:
        return set;
    }
}

/* signals_before remembers what was blocked before the last change: see threads.c. */
long call_rt_sigprocmask(const struct arguments *args)
{
    struct thread *t = thread_current();
    const uint64_t *set = (const uint64_t *)args->b;
    uint64_t *old = (uint64_t *)args->c;
    t->signals_before = t->signals_blocked;
    if (old)
        *old = t->signals_blocked;
    if (set)
        t->signals_blocked = apply_mask(t->signals_blocked, args->a, *set);
    return 0;
}

/* No signal is ever delivered on another stack. */
long call_sigaltstack(const struct arguments *args)
{
    uint64_t *old = (uint64_t *)args->b; /* ss_sp, ss_flags, ss_size */
    if (old) {
        old[0] = old[2] = 0;
        old[1] = 2; /* SS_DISABLE */
    }
    return 0;
}

static long deliver(int signal)
{
    if (signal == 0)
        return 0;
    if (signal < 0 || signal > NR_SIGNALS)
        return -EINVAL;
    void (*handler)(int) = actions[signal].handler;
    if ((uintptr_t)handler > 1) {
        handler(signal);
        return 0;
    }
    if ((uintptr_t)handler == 1) /* SIG_IGN */
        return 0;
    console_drain();
    if (signal == SIGABRT)
        panic("the C library or the OCaml runtime called abort");
    panic("signal %d was sent, and nobody handles it", signal);
}

long call_tkill(const struct arguments *args)
{
    return args->a == (long)thread_current()->id ? deliver((int)args->b) : -ESRCH;
}

long call_tgkill(const struct arguments *args)
{
    return args->b == (long)thread_current()->id ? deliver((int)args->c) : -ESRCH;
}

long call_kill(const struct arguments *args)
{
    return args->a <= 1 ? deliver((int)args->b) : -ESRCH;
}
