/* vectors.c: one table a core; an entry is an irq + 1, or 0. The search for a free one goes on
 * where the last one ended. */
#include "errno.h"
#include "irq.h"
#include "spinlock.h"
#include "vectors.h"

static uint32_t first, end, next;
static struct spinlock lock = SPINLOCK_INIT;

void vectors_init(uint32_t first_, uint32_t end_)
{
    first = next = first_;
    end = MIN(end_, VECTORS);
}

static void set(uint32_t vector, struct core *core, uint32_t entry)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        if (core == NULL || core == cores[i])
            __atomic_store_n(&cores[i]->vector_irq[vector], (uint16_t)entry, __ATOMIC_RELEASE);
}

static bool is_free(uint32_t vector, const struct core *core)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        if ((core == NULL || core == cores[i]) && cores[i]->vector_irq[vector] != 0)
            return false;
    return true;
}

int vector_alloc(uint32_t irq, struct core *core)
{
    int found = -ENOSPC;
    irq_state state = spin_lock_irqsave(&lock);
    for (uint32_t tried = first; tried < end && found < 0; tried++) {
        if (is_free(next, core))
            found = (int)next;
        next = next + 1 < end ? next + 1 : first;
    }
    if (found >= 0)
        set((uint32_t)found, core, irq + 1);
    spin_unlock_irqrestore(&lock, state);
    return found;
}

void vector_free(uint32_t vector, struct core *core)
{
    irq_state state = spin_lock_irqsave(&lock);
    set(vector, core, 0);
    spin_unlock_irqrestore(&lock, state);
}

uint32_t vector_irq(const struct core *core, uint32_t vector)
{
    uint32_t entry =
        vector < VECTORS ? __atomic_load_n(&core->vector_irq[vector], __ATOMIC_ACQUIRE) : 0;
    return entry ? entry - 1 : IRQ_NONE;
}
