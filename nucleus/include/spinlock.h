/* spinlock.h: short mutual exclusion between cores.
 *
 * Whoever finds the lock free takes it. Cores are not served in the order they asked: in a virtual
 * machine the next one in such an order may be a core that the host does not run now, and all
 * others would wait for it.
 *
 * Rules: held only with interrupts off; never held while waiting for another core (a TLB
 * shoot-down, a thread); nothing under it costs more than a few hundred memory accesses. */
#ifndef NUCLEUS_SPINLOCK_H
#define NUCLEUS_SPINLOCK_H

#include "arch.h"
#include "base.h"

struct spinlock {
    _Atomic uint32_t taken;
};

#define SPINLOCK_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

static inline void spin_lock(struct spinlock *lock)
{
    while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE) != 0)
        while (__atomic_load_n(&lock->taken, __ATOMIC_RELAXED) != 0)
            arch_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
    __atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
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
