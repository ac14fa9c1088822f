/* irq.c: who handles which interrupt.
 *
 * Invariants: a core says in irq_running whose handler it is about to call before it looks the
 * handler up, and irq_remove takes the handler away before it looks at irq_running, so one of the
 * two sees the other. `lock` guards installing, removing and routing; masking takes none of ours.
 */
#include "errno.h"
#include "irq.h"
#include "machine.h"
#include "msi.h"

/* A message whose controller cannot mask is held back here: `held`, and `waiting` when it came. */
static struct line {
    irq_handler *handler;
    void *arg;
    struct core *core;
    uint32_t held, waiting;
    bool masked_by_storm;
    uint32_t unclaimed_in_a_row;
    uint64_t count, unclaimed, storms;
} lines[IRQ_MAX];

static uint64_t strays;
static struct spinlock lock = SPINLOCK_INIT;

static bool is_message(uint32_t irq)
{
    return irq >= IRQ_MSI;
}

/* ---- installing ---- */

static int connect(uint32_t irq, struct line *line, enum irq_trigger trigger)
{
    if (line->handler)
        return -EBUSY;
    line->core = is_message(irq) ? msi_core(irq) : &boot_core;
    if (is_message(irq))
        return line->core && trigger == IRQ_EDGE ? 0 : -EINVAL;
    return arch_irq_connect(irq, trigger, &boot_core);
}

int irq_install(uint32_t irq, irq_handler *handler, void *arg, enum irq_trigger trigger)
{
    if (irq >= IRQ_MAX || handler == NULL)
        return -EINVAL;
    struct line *line = &lines[irq];
    irq_state state = spin_lock_irqsave(&lock);
    int error = connect(irq, line, trigger);
    if (!error) {
        line->arg = arg;
        line->waiting = false;
        __atomic_store_n(&line->handler, handler, __ATOMIC_SEQ_CST);
        irq_unmask(irq);
    }
    spin_unlock_irqrestore(&lock, state);
    return error;
}

static void wait_for_handlers(uint32_t irq)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        while (__atomic_load_n(&cores[i]->irq_running, __ATOMIC_SEQ_CST) == irq + 1)
            arch_relax();
}

/* Stands in for a handler that is being removed, so that nobody installs another meanwhile. */
static bool no_handler(void *arg)
{
    (void)arg;
    return false;
}

static bool replace_handler(uint32_t irq, irq_handler *handler)
{
    irq_state state = spin_lock_irqsave(&lock);
    bool installed = lines[irq].handler != NULL;
    if (installed) {
        irq_mask(irq);
        __atomic_store_n(&lines[irq].handler, handler, __ATOMIC_SEQ_CST);
    }
    if (installed && handler == NULL && !is_message(irq))
        arch_irq_disconnect(irq);
    spin_unlock_irqrestore(&lock, state);
    return installed;
}

void irq_remove(uint32_t irq)
{
    if (irq >= IRQ_MAX || !replace_handler(irq, no_handler))
        return;
    wait_for_handlers(irq);
    replace_handler(irq, NULL);
}

int irq_route(uint32_t irq, uint32_t core)
{
    if (irq >= IRQ_MAX || core >= nr_cores)
        return -EINVAL;
    if (is_message(irq))
        return -ENOTSUP;
    irq_state state = spin_lock_irqsave(&lock);
    int error = lines[irq].handler ? arch_irq_route(irq, cores[core]) : -EINVAL;
    if (!error)
        lines[irq].core = cores[core];
    spin_unlock_irqrestore(&lock, state);
    return error;
}

/* ---- masking ---- */

void irq_mask(uint32_t irq)
{
    if (irq < IRQ_MAX && !arch_irq_mask(irq, true))
        __atomic_store_n(&lines[irq].held, true, __ATOMIC_SEQ_CST);
}

void irq_unmask(uint32_t irq)
{
    if (irq >= IRQ_MAX)
        return;
    struct line *line = &lines[irq];
    line->unclaimed_in_a_row = 0;
    line->masked_by_storm = false;
    if (arch_irq_mask(irq, false))
        return;
    __atomic_store_n(&line->held, false, __ATOMIC_SEQ_CST);
    if (__atomic_exchange_n(&line->waiting, false, __ATOMIC_SEQ_CST))
        arch_irq_raise(irq);
}

/* Whether the interrupt is to wait for irq_unmask. Either that sees `waiting`, or we see that it is
 * no longer held. */
static bool is_held(struct line *line)
{
    if (!__atomic_load_n(&line->held, __ATOMIC_ACQUIRE))
        return false;
    __atomic_store_n(&line->waiting, true, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&line->held, __ATOMIC_SEQ_CST))
        return true;
    return !__atomic_exchange_n(&line->waiting, false, __ATOMIC_SEQ_CST);
}

int irq_raise(uint32_t irq)
{
    if (irq >= IRQ_MAX || (is_message(irq) && !msi_core(irq)))
        return -EINVAL;
    return arch_irq_raise(irq);
}

/* ---- when one comes ---- */

/* Is there a handler, and did it find something to do? */
static bool call_handler(uint32_t irq, struct line *line)
{
    struct core *core = this_core();
    __atomic_store_n(&core->irq_running, irq + 1, __ATOMIC_SEQ_CST);
    irq_handler *handler = __atomic_load_n(&line->handler, __ATOMIC_SEQ_CST);
    bool claimed = handler && handler(line->arg);
    __atomic_store_n(&core->irq_running, 0, __ATOMIC_RELEASE);
    return claimed;
}

static void count_unclaimed(uint32_t irq, struct line *line)
{
    line->unclaimed++;
    if (__atomic_load_n(&line->handler, __ATOMIC_SEQ_CST) == NULL) {
        irq_mask(irq);
        if (__atomic_load_n(&line->handler, __ATOMIC_SEQ_CST)) /* installed just now */
            irq_unmask(irq);
    } else if (++line->unclaimed_in_a_row >= IRQ_STORM && !line->masked_by_storm) {
        line->storms++; /* one that was on its way when the line was masked is of the same */
        line->masked_by_storm = true;
        irq_mask(irq);
    }
}

static void deliver(uint32_t irq)
{
    struct line *line = &lines[irq];
    if (is_held(line))
        return;
    line->count++;
    if (call_handler(irq, line))
        line->unclaimed_in_a_row = 0;
    else
        count_unclaimed(irq, line);
}

void irq_dispatch(uint32_t irq)
{
    uint64_t began = trace_begin();
    this_core()->nr_interrupts++;
    if (irq < IRQ_MAX)
        deliver(irq);
    else
        __atomic_fetch_add(&strays, 1, __ATOMIC_RELAXED);
    trace_took(TRACE_INTERRUPT, irq, began);
}

/* ---- figures ---- */

bool irq_info(uint32_t irq, struct irq_info *info)
{
    if (irq >= IRQ_MAX)
        return false;
    const struct line *line = &lines[irq];
    *info = (struct irq_info){
        .installed = line->handler != NULL,
        .masked_by_storm = line->masked_by_storm,
        .core = line->core ? line->core->index : 0,
        .count = line->count,
        .unclaimed = line->unclaimed,
        .storms = line->storms,
    };
    return true;
}

uint64_t irq_count(uint32_t irq)
{
    return irq < IRQ_MAX ? lines[irq].count : 0;
}

uint64_t irq_strays(void)
{
    return __atomic_load_n(&strays, __ATOMIC_RELAXED);
}
