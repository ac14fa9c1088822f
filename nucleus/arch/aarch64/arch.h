/* arch.h: the inline part of aarch64. */
#ifndef ARCH_H
#define ARCH_H

#include "base.h"

struct core;

typedef unsigned long irq_state; /* DAIF */

#define DAIF_IRQ 0x80

/* A system register by name. SAFETY: what each register does is its writer's business. */
#define SYSREG_READ(name)                                                                          \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory");                               \
        value_;                                                                                    \
    })
#define SYSREG_WRITE(name, value)                                                                  \
    __asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

/* SAFETY of the interrupt functions: they change DAIF.I and DAIF.F alone. */
static inline void arch_irq_disable(void)
{
    __asm__ volatile("msr daifset, #3" ::: "memory");
}

static inline void arch_irq_enable(void)
{
    __asm__ volatile("msr daifclr, #3" ::: "memory");
}

static inline irq_state arch_irq_save(void)
{
    irq_state state = SYSREG_READ(daif);
    arch_irq_disable();
    return state;
}

static inline bool arch_irq_was_on(irq_state state)
{
    return !(state & DAIF_IRQ);
}

static inline void arch_irq_restore(irq_state state)
{
    if (arch_irq_was_on(state))
        arch_irq_enable();
}

/* Waits for an interrupt and takes it: `wfi` ends on a masked one too, which is taken after. */
static inline void arch_idle(void)
{
    __asm__ volatile("dsb sy; wfi; msr daifclr, #3; isb; msr daifset, #3" ::: "memory");
}

/* SAFETY: TPIDR_EL1 holds the core's address from arch_core_init on. */
static inline struct core *this_core(void)
{
    struct core *core;
    __asm__ volatile("mrs %0, tpidr_el1" : "=r"(core));
    return core;
}

static inline void arch_relax(void)
{
    __asm__ volatile("yield" ::: "memory");
}

static inline uint64_t arch_ticks(void)
{
    __asm__ volatile("isb" ::: "memory");
    return SYSREG_READ(cntvct_el0);
}

/* The order of memory that devices share, see device.h: the outer shareable domain is theirs. */
static inline void arch_device_write_barrier(void)
{
    __asm__ volatile("dmb oshst" ::: "memory");
}

static inline void arch_device_read_barrier(void)
{
    __asm__ volatile("dmb oshld" ::: "memory");
}

static inline void arch_device_barrier(void)
{
    __asm__ volatile("dmb osh" ::: "memory");
}

#endif
