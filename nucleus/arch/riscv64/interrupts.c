/* interrupts.c: the PLIC for devices, SBI for interrupts between harts.
 * Source: RISC-V Platform-Level Interrupt Controller Specification 1.0. */
#include "base.h"
#include "interrupts.h"
#include "clock.h"
#include "errno.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "sbi.h"

enum { PLIC_ENABLE = 0x2000, PLIC_CONTEXT = 0x200000 };
#define PLIC_ENABLE_STRIDE  0x80
#define PLIC_CONTEXT_STRIDE 0x1000

static uintptr_t plic; /* 0: there is none */
static struct spinlock lock = SPINLOCK_INIT;

/* SAFETY: plic is the mapped window, as large as discovery says. */
static volatile uint32_t *plic_reg(uintptr_t offset)
{
    return (volatile uint32_t *)(plic + offset);
}

static volatile uint32_t *claim_reg(const struct core *core)
{
    return plic_reg(PLIC_CONTEXT + (uintptr_t)core->arch.plic_context * PLIC_CONTEXT_STRIDE + 4);
}

static volatile uint32_t *enable_reg(uint32_t irq)
{
    return plic_reg(PLIC_ENABLE + (uintptr_t)boot_core.arch.plic_context * PLIC_ENABLE_STRIDE +
                    irq / 32 * 4);
}

void arch_interrupts_init(void)
{
    if (discovered.riscv.plic_base == 0)
        return;
    plic = kspace_map_phys(discovered.riscv.plic_base, discovered.riscv.plic_size,
                           PAGE_WRITE | PAGE_DEVICE);
    for (uint32_t i = 1; plic && i <= discovered.riscv.plic_sources; i++)
        *plic_reg(4 * i) = 0; /* priority 0: never raised */
}

static int32_t context_of(const struct core *core)
{
    for (uint32_t i = 0; i < discovered.nr_cores; i++)
        if (discovered.core[i].hw_id == core->hw_id)
            return discovered.core[i].plic_context;
    return -1;
}

void arch_interrupts_init_core(struct core *core)
{
    core->arch.plic_context = context_of(core);
    if (plic && core->arch.plic_context >= 0) {
        for (uint32_t i = 0; i <= discovered.riscv.plic_sources; i += 32)
            *plic_reg(PLIC_ENABLE + (uintptr_t)core->arch.plic_context * PLIC_ENABLE_STRIDE +
                      i / 8) = 0;
        *(claim_reg(core) - 1) = 0; /* threshold: take all */
    }
    CSR_CLEAR(sip, 1u << CAUSE_SOFTWARE);
    CSR_WRITE(sie, 1u << CAUSE_SOFTWARE | 1u << CAUSE_TIMER | 1u << CAUSE_EXTERNAL);
}

void arch_ipi(struct core *core)
{
    __asm__ volatile("fence" ::: "memory"); /* what the other hart shall see, before the signal */
    sbi_call(SBI_IPI, 0, 1, (long)core->hw_id, 0, 0);
}

void arch_stop_others(void)
{
    ipi_send_others(IPI_STOP);
}

int arch_irq_route(uint32_t irq, uint32_t trigger)
{
    (void)trigger; /* wired: the PLIC's gateways know */
    if (plic == 0 || irq == 0 || irq > discovered.riscv.plic_sources ||
        boot_core.arch.plic_context < 0)
        return -EINVAL;
    *plic_reg(4 * irq) = 1;
    arch_irq_mask(irq, false);
    return 0;
}

void arch_irq_mask(uint32_t irq, bool masked)
{
    if (plic == 0 || irq == 0 || irq > discovered.riscv.plic_sources ||
        boot_core.arch.plic_context < 0)
        return;
    irq_state state = spin_lock_irqsave(&lock);
    uint32_t bit = 1u << irq % 32;
    volatile uint32_t *enable = enable_reg(irq);
    *enable = masked ? *enable & ~bit : *enable | bit;
    spin_unlock_irqrestore(&lock, state);
}

static void dispatch_external(void)
{
    struct core *core = this_core();
    uint32_t irq;
    while (plic && core->arch.plic_context >= 0 && (irq = *claim_reg(core)) != 0) {
        irq_dispatch(irq);
        *claim_reg(core) = irq;
    }
}

void interrupt_dispatch(unsigned cause)
{
    switch (cause) {
    case CAUSE_SOFTWARE:
        CSR_CLEAR(sip, 1u << CAUSE_SOFTWARE);
        ipi_receive();
        break;
    case CAUSE_TIMER:
        timer_interrupt();
        break;
    case CAUSE_EXTERNAL:
        dispatch_external();
        break;
    default:
        break;
    }
}

const char *arch_interrupts_name(void)
{
    return plic ? "PLIC, SBI IPIs" : "SBI IPIs, no controller for devices";
}
