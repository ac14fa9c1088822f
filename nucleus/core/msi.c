/* msi.c: which numbers of messages are taken. What they mean is the controller's business. */
#include "errno.h"
#include "irq.h"
#include "machine.h"
#include "msi.h"
#include "spinlock.h"

static struct core *core_of[IRQ_MSI_MAX]; /* NULL: free */
static uint32_t next; /* where the search goes on: a freed number is used again late */
static struct spinlock lock = SPINLOCK_INIT;

static int take(uint32_t count, struct core *core)
{
    int found = -ENOSPC;
    irq_state state = spin_lock_irqsave(&lock);
    for (uint32_t tried = 0; tried < count && found < 0; tried++) {
        uint32_t at = (next + tried) % count;
        if (core_of[at] == NULL)
            found = (int)at;
    }
    if (found >= 0) {
        __atomic_store_n(&core_of[found], core, __ATOMIC_RELEASE);
        next = (uint32_t)found + 1;
    }
    spin_unlock_irqrestore(&lock, state);
    return found;
}

static void give_back(uint32_t index)
{
    __atomic_store_n(&core_of[index], NULL, __ATOMIC_RELEASE);
}

int msi_alloc(uint32_t device_id, uint32_t core, struct msi_message *message, uint32_t *irq)
{
    uint32_t count = MIN(arch_msi_count(), IRQ_MSI_MAX);
    if (count == 0)
        return -ENOTSUP;
    if (core >= nr_cores)
        return -EINVAL;
    int index = take(count, cores[core]);
    if (index < 0)
        return index;
    int error = arch_msi_alloc(IRQ_MSI + (uint32_t)index, device_id, cores[core], message);
    if (error)
        give_back((uint32_t)index);
    else
        *irq = IRQ_MSI + (uint32_t)index;
    return error;
}

struct core *msi_core(uint32_t irq)
{
    if (irq < IRQ_MSI || irq >= IRQ_MAX)
        return NULL;
    return __atomic_load_n(&core_of[irq - IRQ_MSI], __ATOMIC_ACQUIRE);
}

void msi_free(uint32_t irq)
{
    if (msi_core(irq) == NULL)
        return;
    irq_remove(irq);
    arch_msi_free(irq);
    give_back(irq - IRQ_MSI);
}
