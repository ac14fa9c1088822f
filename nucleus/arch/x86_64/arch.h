/* arch.h: the inline part of x86_64. */
#ifndef ARCH_H
#define ARCH_H

#include "base.h"

struct core;

typedef unsigned long irq_state; /* RFLAGS */

#define RFLAGS_IF 0x200

/* SAFETY of the interrupt functions: they change RFLAGS.IF alone; "memory" keeps accesses on their
 * side. */
static inline void arch_irq_disable(void)
{
    __asm__ volatile("cli" ::: "memory");
}

static inline void arch_irq_enable(void)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline irq_state arch_irq_save(void)
{
    irq_state state;
    __asm__ volatile("pushfq; popq %0; cli" : "=r"(state)::"memory");
    return state;
}

static inline bool arch_irq_was_on(irq_state state)
{
    return state & RFLAGS_IF;
}

static inline void arch_irq_restore(irq_state state)
{
    if (arch_irq_was_on(state))
        arch_irq_enable();
}

/* Waits for an interrupt and takes it. SAFETY: `sti` takes effect after the next instruction, so an
 * interrupt can't slip in between and be slept through. */
static inline void arch_idle(void)
{
    __asm__ volatile("sti; hlt; cli" ::: "memory");
}

/* SAFETY: GS points to the core from arch_core_init on; the first word of struct core is its
 * address. */
static inline struct core *this_core(void)
{
    struct core *core;
    __asm__ volatile("movq %%gs:0, %0" : "=r"(core));
    return core;
}

static inline void arch_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}

static inline uint64_t arch_ticks(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

/* The order of memory that devices share, see device.h: x86 keeps stores among themselves and loads
 * among themselves in order. */
static inline void arch_device_write_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

static inline void arch_device_read_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

static inline void arch_device_barrier(void)
{
    __asm__ volatile("mfence" ::: "memory");
}

#endif
