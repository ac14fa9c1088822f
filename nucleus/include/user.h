/* user.h: user mode. A thread of the kernel goes there with somebody's registers and address space,
 * and comes back when there is something that the nucleus does not do by itself.
 *
 * While it is there its core does all that it else does: interrupts are handled, more urgent
 * threads run in between, pages come (aspace_fault). What a trap saves are the user's registers, in
 * struct user. */
#ifndef NUCLEUS_USER_H
#define NUCLEUS_USER_H

#include "aspace.h"
#include "clock.h"
#include "context.h"
#include "thread.h"

enum user_end {
    USER_CALL,        /* a system call; the program counter is behind it */
    USER_FAULT,       /* an access that aspace_fault did not resolve: `fault` */
    USER_INTERRUPTED, /* somebody woke the thread, or the time is up */
    USER_EXCEPTION,   /* something else that the instruction may not: `exception` */
};

enum user_exception {
    EXCEPTION_INSTRUCTION,
    EXCEPTION_BREAK,
    EXCEPTION_ALIGNMENT,
    EXCEPTION_ARITHMETIC,
    EXCEPTION_BUS,
    EXCEPTION_STEP,       /* x86_64: the trap flag */
    EXCEPTION_PROTECTION, /* x86_64: an address that cannot be, a privileged instruction */
};

struct user {
    struct context context; /* first: traps find it by core->context */
    struct fp_state fp;
    uintptr_t tls; /* x86_64: the base of FS; elsewhere a register of the context */
    struct aspace *aspace;
    struct thread *thread; /* that is there for it, or NULL */
    uint64_t run_ticks;    /* spent there, other threads of the core included */
    enum user_end end;
    struct {
        enum fault_end end;
        uintptr_t address;
        unsigned wants; /* PAGE_READ, PAGE_WRITE or PAGE_EXEC */
        struct absent_page absent;
    } fault;
    enum user_exception exception;
    int32_t pid, tid, parent; /* what getpid, gettid and getppid tell */
};

/* Whoever waits at a futex counts here, of the whole system: as long as there is nobody, waking
 * somebody is answered at once. */
extern _Atomic uint32_t user_futex_waiters;

/* Registers all 0, but for these two. */
void user_init(struct user *u, struct aspace *aspace, uintptr_t pc, uintptr_t sp);

/* Goes there, until one of these ends; a core's loop comes back when the counter (arch_ticks) is at
 * `until`, if not before; UINT64_MAX: never. Thread context. Ends at once (USER_INTERRUPTED) when
 * the thread was woken before (thread_unpark), or it is later already. */
enum user_end user_run(struct user *u, uint64_t until);

/* What a thread's registers are saved in: its own, or the user's. */
static inline struct context *thread_context(struct thread *t)
{
    return t->user ? &t->user->context : &t->context;
}

static inline struct fp_state *thread_fp(struct thread *t)
{
    return t->user ? &t->user->fp : &t->fp;
}

/* ---- registers, as the architecture's system calls and signal handlers use them (arch/user.c)
 * ---- */

uint64_t user_number(const struct user *u);
uint64_t user_argument(const struct user *u, unsigned i); /* 0 to 5 */
void user_set_result(struct user *u, int64_t result);
void user_rewind(struct user *u); /* back to the call; before its result is set */

uintptr_t user_pc(const struct user *u);
uintptr_t user_sp(const struct user *u);
uintptr_t user_tls(const struct user *u);
void user_set_sp(struct user *u, uintptr_t sp);
void user_set_tls(struct user *u, uintptr_t tls);

/* To go on at pc, as a function with three arguments that returns to `returns` (x86_64: that lies
 * on the stack). */
void user_enter_function(struct user *u, uintptr_t pc, uintptr_t sp, uintptr_t returns,
                         const uint64_t argument[3]);

/* The registers as a signal frame has them: Linux's mcontext_t (include/uapi/asm/sigcontext.h of
 * the architecture), and the FP state that it is followed by or points to. What a program may not
 * change is not taken from there. */
extern const size_t user_frame_size;
void user_frame_get(const struct user *u, void *frame);
void user_frame_set(struct user *u, const void *frame);

/* ---- for traps: on the handler stack, interrupts off. Each returns the context to go on with.
 * ---- */

/* A system call: entry.S asks first whether it needs no policy and is answered (user_calls.c); else
 * it ends user mode. In between it may keep registers that C preserves where they are. */
bool user_answer(struct user *u);
struct context *user_call(struct context *context);

struct context *user_fault(struct context *context, uintptr_t address, unsigned wants);
struct context *user_except(struct context *context, enum user_exception exception);

/* After an interrupt, and whenever a thread goes on that was in user mode. */
struct context *user_go_on(struct thread *t);

#endif
