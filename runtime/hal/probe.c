/* probe.c: the stubs of kernel/hal/probe.ml. */
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include "clock.h"
#include "cores.h"
#include "event.h"
#include "frames.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "pte.h"
#include "thread.h"

/* ---- ticks: one timer a core, which starts itself anew ---- */

static struct tick {
    struct timer timer;
    uint64_t period_ns;
    uint64_t count;
    bool on;
} ticks[DISCOVER_CORES];

/* Dirties much of the handler stack. */
static __attribute__((noinline)) void scribble(void)
{
    volatile uint64_t pattern[256];
    for (unsigned i = 0; i < ARRAY_LEN(pattern); i++)
        pattern[i] = 0xdeadbeefdeadbeef;
}

static void fire(struct timer *timer)
{
    struct tick *t = CONTAINER_OF(timer, struct tick, timer);
    t->count++;
    scribble();
    timer->deadline_ns = clock_ns() + t->period_ns;
    timer_start(timer);
    this_core()->reschedule = true; /* and make the thread leave the core and come back */
}

value hal_probe_tick(value period_ns)
{
    irq_state state = arch_irq_save();
    struct tick *t = &ticks[this_core()->index];
    timer_stop(&t->timer);
    t->count = 0;
    t->period_ns = (uint64_t)Long_val(period_ns);
    t->timer.fire = fire;
    t->timer.deadline_ns = clock_ns() + t->period_ns;
    timer_start(&t->timer);
    arch_irq_restore(state);
    return Val_unit;
}

value hal_probe_stop_ticks(value unit)
{
    (void)unit;
    irq_state state = arch_irq_save();
    struct tick *t = &ticks[this_core()->index];
    timer_stop(&t->timer);
    arch_irq_restore(state);
    return Val_long(t->count);
}

/* ---- page tables ---- */

value hal_probe_writable_code(value unit)
{
    (void)unit;
    return Val_long(paging_count(PAGE_WRITE | PAGE_EXEC));
}

extern char boot_stack_guard[];

static bool page_below(uintptr_t top, size_t size)
{
    struct mapping m;
    return paging_lookup(top - size - 1, &m) && m.flags != PAGE_NONE;
}

value hal_probe_guard_is_mapped(value which)
{
    struct mapping m;
    switch (Int_val(which)) {
    case 0:
        return Val_bool(paging_lookup((uintptr_t)boot_stack_guard, &m) && m.flags != PAGE_NONE);
    case 1:
        return Val_bool(page_below(boot_core.irq_stack, CORE_STACK_SIZE));
    case 2:
        return Val_bool(page_below(boot_core.emergency_stack, CORE_STACK_SIZE));
    default:
        return Val_bool(page_below(thread_current()->stack_top, thread_current()->stack_size));
    }
}

value hal_probe_page_fault(value unit)
{
    (void)unit;
    uint64_t word;
    return Val_bool(!fault_try_read(kspace_end - 8, &word));
}

/* ---- sleeping, memory ---- */

value hal_probe_block(value ns)
{
    uint64_t deadline = clock_ns() + (uint64_t)Long_val(ns);
    caml_enter_blocking_section();
    while (clock_ns() < deadline)
        thread_park(deadline);
    caml_leave_blocking_section();
    return Val_unit;
}

value hal_probe_frames(value bytes)
{
    size_t size = (size_t)Long_val(bytes);
    kspace_release(kspace_alloc(size, PAGE_READ | PAGE_WRITE),
                   size); /* the tables for it exist from here on */
    uint64_t before = frames_free_total();
    uintptr_t at = kspace_alloc(size, PAGE_READ | PAGE_WRITE);
    bool zero = at != 0;
    for (size_t i = 0; at && i < size; i += PAGE_SIZE) {
        zero &= *(volatile uint64_t *)(at + i) == 0; /* SAFETY: committed above */
        *(volatile uint64_t *)(at + i) = i + 1;
    }
    if (at)
        kspace_release(at, size);
    return Val_bool(zero && frames_free_total() == before);
}

/* ---- the scheduler's way in ---- */

value hal_probe_event(value unit)
{
    (void)unit;
    return Val_long(EVENT_PROBE);
}

static void record_probe(struct timer *timer)
{
    (void)timer;
    event_record(EVENT_PROBE);
}

value hal_probe_event_at(value ns)
{
    static struct timer timers[DISCOVER_CORES];
    irq_state state = arch_irq_save();
    struct timer *t = &timers[this_core()->index];
    timer_stop(t);
    t->fire = record_probe;
    t->deadline_ns = (uint64_t)Long_val(ns);
    timer_start(t);
    arch_irq_restore(state);
    return Val_unit;
}

/* As thread_unpark does for a parked thread of another core: its lock, its queue, the interrupt.
 * The interrupt itself is not taken here: that is the receiver's part. */
value hal_probe_wake_self(value unit)
{
    (void)unit;
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    thread_unpark(core->loop);
    ipi_send(core, IPI_RESCHEDULE);
    arch_irq_restore(state);
    return Val_unit;
}

/* Not the same function, whatever the linker thinks of equal ones. */
#define MARK(name)                                                                                 \
    __attribute__((noinline)) value hal_probe_mark_##name(value unit)                              \
    {                                                                                              \
        __asm__ volatile("" ::"r"(__func__));                                                      \
        return unit;                                                                               \
    }

MARK(begin)
MARK(step)
MARK(end)

value hal_probe_spin(value ns)
{
    clock_delay_ns((uint64_t)Long_val(ns));
    return Val_unit;
}
