/* spinlock.h: stands in for the nucleus's own in host tests, which have one thread: it only checks
 * that every lock is released, and released once. */
#ifndef NUCLEUS_SPINLOCK_H
#define NUCLEUS_SPINLOCK_H

typedef unsigned long irq_state;

struct spinlock {
    int held;
};

#define SPINLOCK_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

static inline irq_state spin_lock_irqsave(struct spinlock *lock)
{
    if (lock->held)
        __builtin_trap();
    lock->held = 1;
    return 0x1234;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock, irq_state irq)
{
    if (!lock->held || irq != 0x1234)
        __builtin_trap();
    lock->held = 0;
}

#endif
