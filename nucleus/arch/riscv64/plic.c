/* plic.c: the platform-level interrupt controller. Which core a line goes to is its enable bits;
 * whether it is masked is its priority, since a completion of a source that is not enabled is
 * ignored, and the line would then be dead.
 * Source: RISC-V Platform-Level Interrupt Controller Specification 1.0. */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

enum { PLIC_ENABLE = 0x2000, PLIC_CONTEXT = 0x200000 };
#define PLIC_ENABLE_STRIDE  0x80
#define PLIC_CONTEXT_STRIDE 0x1000

static uintptr_t window;
static struct spinlock lock = SPINLOCK_INIT; /* of the enable bits */

/* SAFETY: the window is mapped, as large as discovery says; contexts come from discovery too. */
static volatile uint32_t *reg(uintptr_t offset)
{
    return (volatile uint32_t *)(window + offset);
}

/* Two registers a context: the threshold, and claim or completion after it. */
static volatile uint32_t *context_reg(const struct core *core)
{
    return reg(PLIC_CONTEXT + (uintptr_t)core->arch.plic_context * PLIC_CONTEXT_STRIDE);
}

static volatile uint32_t *enable_reg(const struct core *core, uint32_t source)
{
    return reg(PLIC_ENABLE + (uintptr_t)core->arch.plic_context * PLIC_ENABLE_STRIDE +
               source / 32 * 4);
}

static bool init(void)
{
    if (discovered.riscv.plic_base == 0)
        return false;
    window = kspace_map_phys(discovered.riscv.plic_base, discovered.riscv.plic_size,
                             PAGE_WRITE | PAGE_DEVICE);
    for (uint32_t i = 1; window && i <= discovered.riscv.plic_sources; i++)
        *reg(4 * i) = 0; /* never raised */
    return window != 0;
}

static void init_core(struct core *core, const struct discovered_core *found)
{
    core->arch.plic_context = found->plic_context;
    if (core->arch.plic_context < 0)
        return;
    for (uint32_t i = 0; i <= discovered.riscv.plic_sources; i += 32)
        *enable_reg(core, i) = 0;
    context_reg(core)[0] = 0; /* threshold: take all */
}

static void dispatch(struct core *core)
{
    uint32_t source;
    while (core->arch.plic_context >= 0 && (source = context_reg(core)[1]) != 0) {
        irq_dispatch(source);
        context_reg(core)[1] = source;
    }
}

static void enable(uint32_t source, const struct core *core, bool on)
{
    uint32_t bit = 1u << source % 32, old = *enable_reg(core, source);
    *enable_reg(core, source) = on ? old | bit : old & ~bit;
}

/* Enabled on this core first, so that the line is somebody's all the time. */
static int route(uint32_t source, struct core *core)
{
    if (core->arch.plic_context < 0)
        return -EINVAL;
    irq_state state = spin_lock_irqsave(&lock);
    enable(source, core, true);
    for (uint32_t i = 0; i < nr_cores; i++)
        if (cores[i] != core && cores[i]->arch.plic_context >= 0)
            enable(source, cores[i], false);
    spin_unlock_irqrestore(&lock, state);
    return 0;
}

static void mask(uint32_t source, bool masked)
{
    *reg(4 * source) = masked ? 0 : 1;
}

/* The gateways know how lines are wired. */
static int connect(uint32_t source, uint32_t trigger, struct core *core)
{
    (void)trigger;
    if (source > discovered.riscv.plic_sources)
        return -EINVAL;
    mask(source, true);
    return route(source, core);
}

static void disconnect(uint32_t source)
{
    mask(source, true);
}

static int raise(uint32_t source)
{
    (void)source;
    return -ENOTSUP;
}

const struct controller plic = {.name = "PLIC",
                                .init = init,
                                .init_core = init_core,
                                .dispatch = dispatch,
                                .connect = connect,
                                .disconnect = disconnect,
                                .route = route,
                                .mask = mask,
                                .raise = raise};
