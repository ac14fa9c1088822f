/* irq.c: who handles which line. Handlers are installed once, at boot or when a driver starts. */
#include "errno.h"
#include "irq.h"
#include "machine.h"

static struct {
    irq_handler *handler;
    void *arg;
    uint64_t count;
} lines[IRQ_MAX];

static struct spinlock lock = SPINLOCK_INIT;

int irq_install(uint32_t irq, irq_handler *handler, void *arg, enum irq_trigger trigger)
{
    if (irq >= IRQ_MAX)
        return -EINVAL;
    irq_state state = spin_lock_irqsave(&lock);
    int error = lines[irq].handler ? -EBUSY : 0;
    if (!error) {
        lines[irq].arg = arg;
        __atomic_store_n(&lines[irq].handler, handler, __ATOMIC_RELEASE);
        error = arch_irq_route(irq, trigger);
        if (error)
            lines[irq].handler = NULL;
    }
    spin_unlock_irqrestore(&lock, state);
    return error;
}

void irq_mask(uint32_t irq)
{
    arch_irq_mask(irq, true);
}

void irq_unmask(uint32_t irq)
{
    arch_irq_mask(irq, false);
}

void irq_dispatch(uint32_t irq)
{
    irq_handler *handler =
        irq < IRQ_MAX ? __atomic_load_n(&lines[irq].handler, __ATOMIC_ACQUIRE) : NULL;
    uint64_t began = trace_begin();
    this_core()->nr_interrupts++;
    if (handler) {
        lines[irq].count++;
        handler(lines[irq].arg);
    } else {
        irq_mask(irq);
    }
    trace_took(TRACE_INTERRUPT, irq, began);
}

uint64_t irq_count(uint32_t irq)
{
    return irq < IRQ_MAX ? lines[irq].count : 0;
}
