/* spinlock.h: stands in for the nucleus's own: a core is a thread, and has no interrupts. */
#ifndef HOSTED_SPINLOCK_H
#define HOSTED_SPINLOCK_H

#include <sched.h>
#include <string.h>

typedef unsigned long irq_state;

struct spinlock {
    char held;
};

#define SPINLOCK_INIT {0}

static inline irq_state spin_lock_irqsave(struct spinlock *lock)
{
    while (__atomic_test_and_set(&lock->held, __ATOMIC_ACQUIRE))
        sched_yield();
    return 0;
}

static inline void spin_unlock_irqrestore(struct spinlock *lock, irq_state state)
{
    (void)state;
    __atomic_clear(&lock->held, __ATOMIC_RELEASE);
}

#endif
