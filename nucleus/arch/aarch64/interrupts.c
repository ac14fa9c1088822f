/* interrupts.c: what the GIC versions have in common. Source: Arm GIC Architecture Specification
 * (IHI 0048 for version 2, IHI 0069 for version 3). */
#include "interrupts.h"
#include "clock.h"
#include "errno.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"

uintptr_t gicd;

static const struct gic_ops *gic;
static uint32_t nr_lines;

static void reset_shared_lines(void)
{
    nr_lines = 32 * ((*gicd_reg(GICD_TYPER) & 0x1f) + 1);
    for (uint32_t i = 32; i < nr_lines; i += 32) {
        *gicd_reg(GICD_ICENABLER + i / 8) = UINT32_MAX;
        *gicd_reg(GICD_ICPENDR + i / 8) = UINT32_MAX;
    }
    for (uint32_t i = 32; i < nr_lines; i += 4)
        *gicd_reg(GICD_IPRIORITYR + i) = 0xa0a0a0a0;
}

void arch_interrupts_init(void)
{
    if (discovered.arm.gic == GIC_NONE)
        panic("neither the device tree nor ACPI names an interrupt controller (GICv2 or GICv3)");
    gic = discovered.arm.gic == GIC_V3 ? &gic_v3 : &gic_v2;
    gicd = kspace_map_phys(discovered.arm.gicd_base, 64 * KIB, PAGE_WRITE | PAGE_DEVICE);
    *gicd_reg(GICD_CTLR) = 0;
    reset_shared_lines();
    gic->init(nr_lines);
}

void arch_interrupts_init_core(struct core *core)
{
    gic->init_core(core);
}

void arch_ipi(struct core *core)
{
    __asm__ volatile("dsb ishst" ::
                         : "memory"); /* what the other core shall see, before the signal */
    gic->ipi(core);
}

void arch_stop_others(void)
{
    ipi_send_others(IPI_STOP);
}

int arch_irq_route(uint32_t irq, uint32_t trigger)
{
    if (irq < 32 || irq >= nr_lines)
        return -EINVAL;
    volatile uint32_t *config = gicd_reg(GICD_ICFGR + irq / 16 * 4);
    uint32_t edge = 2u << irq % 16 * 2;
    *config = trigger == IRQ_EDGE ? *config | edge : *config & ~edge;
    gic->route(irq);
    *gicd_reg(GICD_ISENABLER + irq / 32 * 4) = 1u << irq % 32;
    return 0;
}

void arch_irq_mask(uint32_t irq, bool masked)
{
    if (irq >= 32 && irq < nr_lines)
        *gicd_reg((masked ? GICD_ICENABLER : GICD_ISENABLER) + irq / 32 * 4) = 1u << irq % 32;
}

void interrupt_dispatch(void)
{
    uint32_t token;
    while (((token = gic->acknowledge()) & 0x3ff) < INTID_SPECIAL) {
        uint32_t intid = token & 0x3ff;
        if (intid == discovered.arm.timer_virtual_intid)
            timer_interrupt();
        else if (intid == SGI_IPI)
            ipi_receive();
        else
            irq_dispatch(intid);
        gic->end(token);
    }
}

const char *arch_interrupts_name(void)
{
    return discovered.arm.gic == GIC_V3 ? "GICv3" : "GICv2";
}
