/* arch.h: the inline part of riscv64. */
#ifndef ARCH_H
#define ARCH_H

#include "base.h"

struct core;

typedef unsigned long irq_state; /* sstatus */

#define SSTATUS_SIE 2ul

/* A control and status register by name or number. SAFETY: what each does is its writer's business.
 */
#define CSR_READ(name)                                                                             \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("csrr %0, " #name : "=r"(value_)::"memory");                              \
        value_;                                                                                    \
    })
#define CSR_WRITE(name, value)                                                                     \
    __asm__ volatile("csrw " #name ", %0" ::"r"((uint64_t)(value)) : "memory")
#define CSR_SET(name, bits)                                                                        \
    __asm__ volatile("csrs " #name ", %0" ::"r"((uint64_t)(bits)) : "memory")
#define CSR_CLEAR(name, bits)                                                                      \
    __asm__ volatile("csrc " #name ", %0" ::"r"((uint64_t)(bits)) : "memory")

static inline void arch_irq_disable(void)
{
    CSR_CLEAR(sstatus, SSTATUS_SIE);
}

static inline void arch_irq_enable(void)
{
    CSR_SET(sstatus, SSTATUS_SIE);
}

static inline irq_state arch_irq_save(void)
{
    irq_state state;
    __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(state)::"memory");
    return state;
}

static inline bool arch_irq_was_on(irq_state state)
{
    return state & SSTATUS_SIE;
}

static inline void arch_irq_restore(irq_state state)
{
    if (arch_irq_was_on(state))
        arch_irq_enable();
}

/* Waits for an interrupt and takes it: `wfi` ends on a masked one too, which is taken after. */
static inline void arch_idle(void)
{
    __asm__ volatile("wfi; csrsi sstatus, 2; csrci sstatus, 2" ::: "memory");
}

/* SAFETY: sscratch holds the core's address whenever C runs, from arch_core_init on. */
static inline struct core *this_core(void)
{
    struct core *core;
    __asm__ volatile("csrr %0, sscratch" : "=r"(core));
    return core;
}

static inline void arch_relax(void)
{
    __asm__ volatile(".insn i 0x0f, 0, x0, x0, 0x010" ::
                         : "memory"); /* pause (Zihintpause): a hint, always legal */
}

static inline uint64_t arch_ticks(void)
{
    uint64_t ticks;
    __asm__ volatile("rdtime %0" : "=r"(ticks)::"memory");
    return ticks;
}

/* The order of memory that devices share, see device.h: registers are `i` and `o`. */
static inline void arch_device_write_barrier(void)
{
    __asm__ volatile("fence w, ow" ::: "memory");
}

static inline void arch_device_read_barrier(void)
{
    __asm__ volatile("fence ir, r" ::: "memory");
}

static inline void arch_device_barrier(void)
{
    __asm__ volatile("fence iorw, iorw" ::: "memory");
}

#endif
