/* spinlock.h: short mutual exclusion between cores. A ticket lock: cores enter in the order they
 * asked.
 *
 * Rules: held only with interrupts off; never held while waiting for another core (a TLB
 * shoot-down, a thread); nothing under it costs more than a few hundred memory accesses. */
#ifndef NUCLEUS_SPINLOCK_H
#define NUCLEUS_SPINLOCK_H

#include "arch.h"
#include "base.h"

struct spinlock {
    _Atomic uint32_t next_ticket;
    _Atomic uint32_t now_serving;
};

#define SPINLOCK_INIT                                                                              \
    {                                                                                              \
        0, 0                                                                                       \
    }

static inline void spin_lock(struct spinlock *lock)
{
    uint32_t ticket = __atomic_fetch_add(&lock->next_ticket, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&lock->now_serving, __ATOMIC_ACQUIRE) != ticket)
        arch_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
    uint32_t served = __atomic_load_n(&lock->now_serving, __ATOMIC_RELAXED);
    __atomic_store_n(&lock->now_serving, served + 1, __ATOMIC_RELEASE);
}

static inline irq_state spin_lock_irqsave(struct spinlock *lock)
{
    irq_state state = arch_irq_save();
    spin_lock(lock);
    return state;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock, irq_state state)
{
    spin_unlock(lock);
    arch_irq_restore(state);
}

#endif
