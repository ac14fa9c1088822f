/* interrupts.c: what comes to a hart from outside: its timer, the other harts, and whatever the
 * machine's interrupt controller brings. Source: RISC-V Privileged Architecture, 4.1.3. */
#include "base.h"
#include "interrupts.h"
#include "clock.h"
#include "errno.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "sbi.h"

static const struct controller *controller; /* NULL: there is none */

/* In the order in which we would rather have them. */
void arch_interrupts_init(void)
{
    static const struct controller *const known[] = {&aplic_messages, &aplic_direct, &plic};
    for (unsigned i = 0; i < ARRAY_LEN(known) && controller == NULL; i++)
        if (known[i]->init())
            controller = known[i];
}

static const struct discovered_core *found_as(const struct core *core)
{
    for (uint32_t i = 0; i < discovered.nr_cores; i++)
        if (discovered.core[i].hw_id == core->hw_id)
            return &discovered.core[i];
    return NULL;
}

void arch_interrupts_init_core(struct core *core)
{
    const struct discovered_core *found = found_as(core);
    if (controller && found)
        controller->init_core(core, found);
    if (found && found->sswi_register)
        core->arch.sswi = kspace_map_phys(found->sswi_register, 4, PAGE_WRITE | PAGE_DEVICE);
    CSR_CLEAR(sip, 1u << CAUSE_SOFTWARE);
    CSR_WRITE(sie, 1u << CAUSE_SOFTWARE | 1u << CAUSE_TIMER | 1u << CAUSE_EXTERNAL);
}

/* ---- between harts ---- */

/* SAFETY: the register is the SSWI's for that hart, which takes a 1 as "now". */
static void sswi_send(const struct core *core)
{
    *(volatile uint32_t *)core->arch.sswi = 1;
}

void arch_ipi(struct core *core)
{
    __asm__ volatile("fence" ::: "memory"); /* what the other hart shall see, before the signal */
    if (core->arch.imsic)
        imsic_send(core, IMSIC_IPI);
    else if (core->arch.sswi)
        sswi_send(core);
    else
        sbi_call(SBI_IPI, 0, 1, (long)core->hw_id, 0, 0);
}

void arch_stop_others(void)
{
    ipi_send_others(IPI_STOP);
}

/* ---- the face of machine.h, for lines ---- */

static bool is_line(uint32_t irq)
{
    return controller && irq > 0 && irq < IRQ_MSI;
}

int arch_irq_connect(uint32_t irq, uint32_t trigger, struct core *core)
{
    return is_line(irq) ? controller->connect(irq, trigger, core) : -EINVAL;
}

void arch_irq_disconnect(uint32_t irq)
{
    controller->disconnect(irq);
}

int arch_irq_route(uint32_t irq, struct core *core)
{
    return controller->route(irq, core);
}

bool arch_irq_mask(uint32_t irq, bool masked)
{
    if (irq >= IRQ_MSI)
        return false;
    if (is_line(irq))
        controller->mask(irq, masked);
    return true;
}

int arch_irq_raise(uint32_t irq)
{
    if (irq >= IRQ_MSI)
        return imsic_raise(irq);
    return is_line(irq) ? controller->raise(irq) : -EINVAL;
}

/* ---- when one comes ---- */

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
        if (controller)
            controller->dispatch(this_core());
        break;
    default:
        break;
    }
}

const char *arch_interrupts_name(void)
{
    return controller ? controller->name : "none for devices";
}

const char *arch_ipi_name(void)
{
    const struct arch_core *arch = &this_core()->arch;
    return arch->imsic ? "IMSIC" : arch->sswi ? "SSWI" : "SBI";
}
