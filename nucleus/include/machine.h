/* machine.h: what each architecture provides, besides the inline part in its arch.h, pte.h and
 * context.h. */
#ifndef NUCLEUS_MACHINE_H
#define NUCLEUS_MACHINE_H

#include "base.h"
#include "cores.h"
#include "discover.h"
#include "thread.h"

struct msi_message;

extern struct discovered discovered;

/* What the architecture's machines have when no table says otherwise: the console. */
void arch_discover_defaults(struct discovered *d);

/* On each core, first of all: makes `core` this_core(), loads trap vectors, turns FP on. */
void arch_core_init(struct core *core);

/* Before that: gives the core what further stacks its traps need, each made by new_stack (its
 * top). */
void arch_core_stacks(struct core *core, uintptr_t (*new_stack)(void));

/* Interrupt controllers: the machine's part once, then each core's own. */
void arch_interrupts_init(void);
void arch_interrupts_init_core(struct core *core);
void arch_ipi(struct core *core);

/* Wired lines (irq.h). arch_irq_connect sets one up for this core and leaves it masked: 0, -EINVAL
 * (no such line, or the core is out of its reach) or -ENOSPC. The other two are for connected ones.
 * Under irq.c's lock. */
int arch_irq_connect(uint32_t irq, uint32_t trigger, struct core *core);
void arch_irq_disconnect(uint32_t irq);
int arch_irq_route(uint32_t irq, struct core *core);

/* Lines and messages, any context. arch_irq_mask is false when the controller can't mask this one:
 * irq.c then holds it back itself, and has it come again by arch_irq_raise. */
bool arch_irq_mask(uint32_t irq, bool masked);
int arch_irq_raise(uint32_t irq);

/* Messages (msi.h): how many numbers from IRQ_MSI on can be had, 0 without hardware; and what one
 * of them is. A fresh one is not pending; it is masked, where the controller can. */
uint32_t arch_msi_count(void);
int arch_msi_alloc(uint32_t irq, uint32_t device_id, struct core *core,
                   struct msi_message *message);
void arch_msi_free(uint32_t irq);

/* Seconds since 1970 by the machine's own clock, for loaders that do not tell; 0 when it has
 * none. */
uint64_t arch_wall_seconds(void);

/* The clock's and timer's hardware. arch_clock_init sets clock_hz. */
void arch_clock_init(void);
void arch_timer_init_core(void);
void arch_timer_set(uint64_t deadline_ns); /* UINT64_MAX: off */

/* Page tables: see pte.h for entries. */
void arch_paging_init(
    uint32_t loader_mode); /* sets kspace_start, kspace_end and the number of levels */
void arch_paging_enter(phys_t root);
void arch_flush_local(uintptr_t virt, size_t size);
bool arch_flush_broadcast(uintptr_t virt, size_t size); /* false: the hardware can't; use IPIs */

/* The same of a user's pages, for the space that this core is in. */
void arch_flush_user(uintptr_t virt, size_t size);

/* On each core: uses numbers of address spaces (asids.h) if `wanted`; how many there are besides 0,
 * 0 without. */
unsigned arch_asids_init(bool wanted);

/* Has what was written there reach the memory that instructions are fetched from, on every core
 * where the hardware does that; and has this core forget instructions that it fetched before.
 * Nothing to do where code_is_coherent. */
void arch_code_written(void *start, size_t size);
void arch_code_forget(void);

struct user;

/* Registers with which to go to user mode; and the tables of its half and their number: 0 and 0 for
 * none. What the core remembers by that number is forgotten, unless it `keeps`. */
void arch_user_init(struct user *u, uintptr_t pc, uintptr_t sp);
void arch_user_tables(phys_t root, unsigned asid, bool keeps);

/* Copies between the kernel's memory and that half: how many bytes are left; never over a page's
 * end. Aligned 4 bytes go in one access. And: 1 when *expected was at `at` and `desired` is now; 0
 * when not: *expected then is what is there; -1: it may not be touched. */
size_t arch_user_read(void *to, uintptr_t from, size_t size);
size_t arch_user_write(uintptr_t to, const void *from, size_t size);
int arch_user_exchange(uintptr_t at, uint32_t *expected, uint32_t desired);

/* Prepares a fresh thread's context to call entry(arg) on its stack. */
void arch_thread_init(struct thread *t, void (*entry)(void *), void *arg);

/* Leaves `from`'s and enters `to`'s thread state that is not in the context: TLS, the trap's save
 * area. */
void arch_thread_enter(struct core *core, struct thread *to);
void arch_fp_save(struct fp_state *fp);
void arch_fp_restore(const struct fp_state *fp);

/* Saves the caller's context as a thread's, then calls pick() on the handler stack and resumes what
 * it picked. Returns when this thread is resumed. Interrupts off. */
void arch_switch(struct core *core, struct context *(*pick)(void));

/* Resumes a context; and calls fn(arg) on another stack for good. */
_Noreturn void arch_resume(struct context *context);
_Noreturn void arch_call_on_stack(void (*fn)(void *), void *arg, uintptr_t stack);

/* Seeds entropy from the CPU where it has a source; false when not. */
bool arch_random(uint64_t *value);

/* For `machine` and the panic screen. */
void arch_describe_cpu(char *buffer, size_t size);
const char *arch_interrupts_name(void);
const char *arch_ipi_name(void); /* by what cores interrupt each other */
const char *arch_timer_name(void);
void arch_print_registers(const struct context *context);
void arch_stop_others(void);

struct unwind;
void arch_unwind_from(const struct context *context, struct unwind *u);
void arch_unwind_here(struct unwind *u); /* its caller, whose frame must outlive the use of u */

/* Called by each architecture's fault entry on the handler stack: resumes at a fix-up, or
 * panics. */
struct fault {
    const char *what; /* "page fault" */
    bool has_address;
    uintptr_t address;
    const char *access; /* "read", "write", "execute", or NULL */
    bool present;       /* the page is mapped, the access not allowed */
};
/* Reads 8 bytes where a fault is possible: false when there was one. Any context. */
bool fault_try_read(uintptr_t addr, uint64_t *value);

struct context *fault_handle(struct context *context, const struct fault *fault);

#endif
