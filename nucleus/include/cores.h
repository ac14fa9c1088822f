/* cores.h: the processors, and what each owns. */
#ifndef NUCLEUS_CORES_H
#define NUCLEUS_CORES_H

#include "asids.h"
#include "base.h"
#include "context.h"
#include "arch_core.h"
#include "discover.h"
#include "spinlock.h"
#include "thread.h"
#include "trace.h"

struct aspace;
struct event;
struct timer;
struct watch;

/* Why one core interrupts another: bits of `ipi_pending`. */
enum ipi {
    IPI_RESCHEDULE = 1, /* look at your run queue */
    IPI_FLUSH = 2,      /* answer a TLB shoot-down */
    IPI_STOP = 4,       /* the machine panics or powers off: stop here */
    IPI_WAKE = 8,       /* nothing but this: the thread that idles goes on */
};

#define VECTORS 256 /* entries of a core's table of vectors (vectors.h) */

/* Of handler stacks and idle threads; each has a guard page below. */
#define CORE_STACK_SIZE (16 * KIB)

/* Its first fields are known to the trap entry code by offset (CORE_* in context.h). */
struct core {
    struct core *self;
    struct context *context;   /* of the running thread: where a trap saves it */
    uintptr_t irq_stack;       /* top of the stack that handlers run on */
    uintptr_t emergency_stack; /* top of the stack for a trap inside a handler */
    uint64_t trap_depth;       /* 1 while a handler runs, 2 in a trap inside one */
    uint64_t scratch[3];       /* of the entry code */

    uint32_t index; /* 0 is the boot core */
    uint64_t hw_id; /* local APIC id, MPIDR affinity, hart id */
    _Atomic bool online;

    struct spinlock lock;                          /* of the run queue */
    struct thread *current, *idle;                 /* idle is &idle_thread */
    struct thread *ready_first[2], *ready_last[2]; /* by priority, FIFO */
    bool reschedule;                               /* pick again before leaving the trap */
    bool idles; /* in `current`, which is parked and waits for an interrupt where it stands */
    struct aspace *aspace;                         /* whose user tables are loaded, or NULL */
    struct asids asids;                            /* the numbers of others that it remembers */
    uint64_t code_seen; /* of changes of code (tlb.c), those before its last fetch */
    struct thread *fp_owner;                       /* whose FP state the registers hold, or NULL */

    struct event *events_first, *events_last; /* not yet seen by the loop */
    struct thread *loop;                      /* the scheduler's, once it runs */

    struct timer *timers;  /* heap of pending timers, earliest first */
    struct watch *watch;   /* or NULL */
    uint64_t timer_set_ns; /* what the hardware is set to; UINT64_MAX: off */
    uint64_t slice_end_ns;
    struct timer turn;  /* when the loop, if it is in user mode, comes back, ... */
    uint64_t turn_ends; /* ... as a value of the counter */

    _Atomic uint32_t ipi_pending;
    uint64_t nr_interrupts, nr_ipis, nr_switches, nr_timer;
    uint64_t idle_ns, idle_since_ns;
    uint32_t irq_running;         /* the interrupt whose handler runs here, + 1; 0: none */
    uint16_t vector_irq[VECTORS]; /* vectors.c's */

    struct thread idle_thread;
    struct trace trace;
    struct arch_core arch;
};

extern struct core *cores[DISCOVER_CORES]; /* [nr_cores] */
extern uint32_t nr_cores;
extern struct core boot_core; /* cores[0], there from the first instruction on */

static inline bool core_is_idle(const struct core *core)
{
    return core->idles || core->current == core->idle;
}

/* Gives the boot core guarded stacks in place of its first ones. */
void cores_init(void);

/* Starts every other core; returns when all are online. */
void cores_start(void);

/* Interrupts `core` for these reasons (enum ipi bits). Any context. */
void ipi_send(struct core *core, uint32_t reasons);
void ipi_send_others(uint32_t reasons);

/* What the architecture's IPI vector calls, on the handler stack. */
void ipi_receive(void);

/* Answers a shoot-down that waits for this core, if one does: for whoever spins with interrupts
 * off. */
void tlb_answer(void);

#endif
