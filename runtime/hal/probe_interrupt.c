/* probe_interrupt.c: the stubs of kernel/hal/probe_interrupt.ml: one interrupt at a time is watched
 * by a handler that counts. */
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include "alarm.h"
#include "clock.h"
#include "cores.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "thread.h"

/* What the handler does besides counting; numbers known to probe_interrupt.ml. */
enum manner { CLAIM, SILENCE, DISOWN, LINGER, SILENCE_LATE };
#define LATE 3 /* times that it is called before it silences the alarm, that time included */
#define LINGER_MAX_NS NS_PER_S

static struct {
    uint32_t irq;
    enum manner manner;
    uint64_t seen;
    uint32_t core; /* where it ran last */
    bool entered, inside;
    uint64_t leave_ns; /* when a lingering handler ends; 0: not yet known */
} watched;
static struct msi_message message; /* allocated last */

static void linger(void)
{
    uint64_t leave, last = clock_ns() + LINGER_MAX_NS;
    do {
        arch_relax();
        leave = __atomic_load_n(&watched.leave_ns, __ATOMIC_RELAXED);
    } while (clock_ns() < (leave ? leave : last));
}

static bool watch(void *arg)
{
    (void)arg;
    __atomic_store_n(&watched.inside, true, __ATOMIC_SEQ_CST);
    __atomic_store_n(&watched.entered, true, __ATOMIC_SEQ_CST);
    __atomic_store_n(&watched.core, this_core()->index, __ATOMIC_RELAXED);
    if (watched.manner == SILENCE || watched.manner == LINGER ||
        (watched.manner == SILENCE_LATE && watched.seen + 1 >= LATE))
        alarm_silence();
    if (watched.manner == LINGER)
        linger();
    __atomic_store_n(&watched.inside, false, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&watched.seen, 1, __ATOMIC_RELEASE);
    return watched.manner != DISOWN;
}

value hal_probe_watch(value irq, value manner, value trigger)
{
    watched.irq = (uint32_t)Long_val(irq);
    watched.manner = Int_val(manner);
    watched.seen = watched.leave_ns = 0;
    watched.entered = false;
    return Val_long(irq_install(watched.irq, watch, NULL, Int_val(trigger)));
}

value hal_probe_unwatch(value unit)
{
    (void)unit;
    irq_remove(watched.irq);
    return Val_unit;
}

value hal_probe_seen(value unit)
{
    (void)unit;
    return Val_long(__atomic_load_n(&watched.seen, __ATOMIC_ACQUIRE));
}

value hal_probe_seen_on(value unit)
{
    (void)unit;
    return Val_long(__atomic_load_n(&watched.core, __ATOMIC_RELAXED));
}

value hal_probe_was_entered(value unit)
{
    (void)unit;
    return Val_bool(__atomic_load_n(&watched.entered, __ATOMIC_SEQ_CST));
}

value hal_probe_is_inside(value unit)
{
    (void)unit;
    return Val_bool(__atomic_load_n(&watched.inside, __ATOMIC_SEQ_CST));
}

value hal_probe_let_go(value after_ns)
{
    uint64_t leave = clock_ns() + (uint64_t)Long_val(after_ns);
    __atomic_store_n(&watched.leave_ns, leave, __ATOMIC_RELAXED);
    return Val_unit;
}

value hal_probe_route(value core)
{
    return Val_long(irq_route(watched.irq, (uint32_t)Long_val(core)));
}

value hal_probe_hold(value masked)
{
    if (Bool_val(masked))
        irq_mask(watched.irq);
    else
        irq_unmask(watched.irq);
    return Val_unit;
}

value hal_probe_raise(value irq)
{
    return Val_long(irq_raise((uint32_t)Long_val(irq)));
}

value hal_probe_figure(value irq, value which)
{
    struct irq_info info;
    if (!irq_info((uint32_t)Long_val(irq), &info))
        return Val_long(-1);
    const uint64_t figures[] = {info.count, info.unclaimed, info.storms, info.core,
                                info.masked_by_storm};
    return Val_long(figures[Int_val(which)]);
}

value hal_probe_strays(value unit)
{
    (void)unit;
    return Val_long(irq_strays());
}

/* ---- the alarm ---- */

value hal_probe_alarm_line(value unit)
{
    (void)unit;
    uint32_t irq;
    enum irq_trigger trigger;
    return alarm_line(&irq, &trigger) ? Val_long(irq << 2 | trigger) : Val_long(-1);
}

value hal_probe_ring(value unit)
{
    (void)unit;
    alarm_ring();
    return Val_unit;
}

value hal_probe_silence(value unit)
{
    (void)unit;
    alarm_silence();
    return Val_unit;
}

value hal_probe_alarm_by_message(value yes)
{
    return Val_bool(alarm_by_message(Bool_val(yes) ? &message : NULL));
}

/* ---- messages ---- */

value hal_probe_message(value device, value core)
{
    uint32_t irq;
    int error = msi_alloc((uint32_t)Long_val(device), (uint32_t)Long_val(core), &message, &irq);
    return Val_long(error ? error : (long)irq);
}

value hal_probe_free_message(value irq)
{
    msi_free((uint32_t)Long_val(irq));
    return Val_unit;
}

/* SAFETY: the address is a register of an interrupt controller, made to be written with the data.
 */
value hal_probe_store_message(value unit)
{
    (void)unit;
    uintptr_t at = kspace_map_phys(message.address, sizeof(uint32_t), PAGE_WRITE | PAGE_DEVICE);
    if (at)
        *(volatile uint32_t *)at = message.data;
    return Val_bool(at != 0);
}

/* ---- a core's timer ---- */

struct deadline {
    struct timer timer;
    uint64_t fired_ns; /* 0: not yet */
};

static void fire(struct timer *timer)
{
    struct deadline *d = CONTAINER_OF(timer, struct deadline, timer);
    __atomic_store_n(&d->fired_ns, clock_ns(), __ATOMIC_RELEASE);
}

#define TIMER_PATIENCE_NS NS_PER_S

/* Spins with interrupts on, outside of the OCaml runtime. */
static uint64_t wait_for(struct deadline *d, uint64_t until_ns)
{
    uint64_t fired = 0;
    caml_enter_blocking_section();
    while (!(fired = __atomic_load_n(&d->fired_ns, __ATOMIC_ACQUIRE)) && clock_ns() < until_ns)
        arch_relax();
    caml_leave_blocking_section();
    return fired;
}

value hal_probe_deadline(value after_ns)
{
    struct deadline d = {.timer.fire = fire};
    irq_state state = arch_irq_save();
    d.timer.deadline_ns = clock_ns() + (uint64_t)Long_val(after_ns);
    timer_start(&d.timer);
    arch_irq_restore(state);
    uint64_t fired = wait_for(&d, d.timer.deadline_ns + TIMER_PATIENCE_NS);
    state = arch_irq_save();
    timer_stop(&d.timer);
    arch_irq_restore(state);
    return Val_long(fired ? (long)(fired - d.timer.deadline_ns) : Max_long);
}
