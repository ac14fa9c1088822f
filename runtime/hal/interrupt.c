/* interrupt.c: the stubs of kernel/hal/interrupt.ml. */
#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include "errno.h"
#include "event.h"
#include "irq.h"
#include "msi.h"

static bool level[IRQ_MAX];

/* The driver's fiber unmasks a level-triggered line when it has silenced the device. */
static bool record(void *arg)
{
    uint32_t number = (uint32_t)(uintptr_t)arg;
    if (level[number])
        irq_mask(number);
    event_record(number);
    return true;
}

static bool is_irq(value number)
{
    return Long_val(number) >= 0 && Long_val(number) < IRQ_MAX;
}

value hal_interrupt_claim(value number, value trigger)
{
    if (!is_irq(number))
        return Val_long(2);
    uint32_t irq = (uint32_t)Long_val(number);
    bool was_level = level[irq];
    level[irq] = Int_val(trigger) != IRQ_EDGE;
    int error = irq_install(irq, record, (void *)(uintptr_t)irq, Int_val(trigger));
    if (error)
        level[irq] = was_level;
    return Val_long(error == 0 ? 0 : error == -EBUSY ? 1 : 2);
}

value hal_interrupt_unmask(value number)
{
    if (is_irq(number))
        irq_unmask((uint32_t)Long_val(number));
    return Val_unit;
}

value hal_interrupt_release(value number)
{
    if (is_irq(number))
        irq_remove((uint32_t)Long_val(number));
    return Val_unit;
}

value hal_interrupt_route(value number, value core)
{
    return Val_bool(is_irq(number) &&
                    irq_route((uint32_t)Long_val(number), (uint32_t)Long_val(core)) == 0);
}

value hal_interrupt_allocate_message(value device_id, value core)
{
    struct msi_message m;
    uint32_t irq;
    if (msi_alloc((uint32_t)Long_val(device_id), (uint32_t)Long_val(core), &m, &irq) != 0)
        return Val_none;
    value message = caml_alloc_3(0, Val_long(irq), Val_long(m.address), Val_long(m.data));
    return caml_alloc_some(message);
}

value hal_interrupt_free_message(value number)
{
    if (is_irq(number))
        msi_free((uint32_t)Long_val(number));
    return Val_unit;
}

value hal_interrupt_limit(value unit)
{
    (void)unit;
    return Val_long(EVENT_MAX);
}

static bool is_event(value number)
{
    return Long_val(number) >= 0 && Long_val(number) < EVENT_MAX;
}

value hal_interrupt_served(value number)
{
    if (is_event(number))
        event_served((uint32_t)Long_val(number));
    return Val_unit;
}

value hal_interrupt_statistic(value number, value which)
{
    if (!is_event(number))
        return Val_long(0);
    uint32_t n = (uint32_t)Long_val(number);
    struct event_stats s = event_stats(n);
    uint64_t direct = n < IRQ_MAX ? irq_count(n) : 0; /* of lines that C alone handles */
    const uint64_t numbers[] = {MAX(s.count, direct), s.served, s.longest_ns, s.total_ns};
    return Val_long(numbers[Int_val(which)]);
}
