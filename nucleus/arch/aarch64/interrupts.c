/* interrupts.c: what the GIC versions have in common, and which INTID an irq is: a line is its own,
 * the messages follow one another from the first one of whatever makes them. Source: Arm GIC
 * Architecture Specification (IHI 0048 for version 2, IHI 0069 for version 3). */
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
static const struct msi_ops *msi; /* NULL: there are no messages */
static uint32_t nr_lines;
static struct spinlock config_lock = SPINLOCK_INIT; /* of GICD_ICFGR */

/* ---- start ---- */

static void reset_shared_lines(void)
{
    nr_lines = MIN(32 * ((*gicd_reg(GICD_TYPER) & 0x1f) + 1), INTID_SPECIAL);
    for (uint32_t i = INTID_SHARED; i < nr_lines; i += 32) {
        *gicd_reg(GICD_ICENABLER + i / 8) = UINT32_MAX;
        *gicd_reg(GICD_ICPENDR + i / 8) = UINT32_MAX;
    }
    for (uint32_t i = INTID_SHARED; i < nr_lines; i += 4)
        *gicd_reg(GICD_IPRIORITYR + i) = GIC_PRIORITY * 0x01010101u;
}

/* An ITS, if there is one, else a v2m frame. */
static void init_messages(void)
{
    struct msi_ops *const all[] = {&gic_its, &gic_v2m};
    for (unsigned i = 0; i < ARRAY_LEN(all) && msi == NULL; i++) {
        all[i]->init();
        if (all[i]->count > 0)
            msi = all[i];
    }
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
    init_messages();
}

void arch_interrupts_init_core(struct core *core)
{
    gic->init_core(core);
    if (msi == &gic_its)
        its_init_core(core);
}

/* ---- between cores ---- */

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

/* ---- shared interrupts ---- */

/* The bit of this one in a register of a bit each. */
static void set_bit(unsigned registers, uint32_t intid)
{
    *gicd_reg(registers + intid / 32 * 4) = 1u << intid % 32;
}

void line_mask(uint32_t intid, bool masked)
{
    set_bit(masked ? GICD_ICENABLER : GICD_ISENABLER, intid);
}

void line_raise(uint32_t intid)
{
    set_bit(GICD_ISPENDR, intid);
}

void line_configure(uint32_t intid, bool edge, const struct core *core)
{
    volatile uint32_t *config = gicd_reg(GICD_ICFGR + intid / 16 * 4);
    uint32_t edge_bit = 2u << intid % 16 * 2;
    line_mask(intid, true);
    irq_state state = spin_lock_irqsave(&config_lock);
    *config = edge ? *config | edge_bit : *config & ~edge_bit;
    spin_unlock_irqrestore(&config_lock, state);
    set_bit(GICD_ICPENDR, intid);
    gic->route(intid, core);
}

/* ---- the face of machine.h ---- */

static bool is_message_intid(uint32_t intid)
{
    return msi && intid >= msi->first_intid && intid - msi->first_intid < msi->count;
}

static bool is_line(uint32_t irq)
{
    return irq >= INTID_SHARED && irq < nr_lines && !is_message_intid(irq);
}

static bool is_message(uint32_t irq)
{
    return msi && irq >= IRQ_MSI && irq - IRQ_MSI < msi->count;
}

static uint32_t irq_of(uint32_t intid)
{
    if (is_message_intid(intid))
        return IRQ_MSI + (intid - msi->first_intid);
    return is_line(intid) ? intid : IRQ_NONE;
}

int arch_irq_connect(uint32_t irq, uint32_t trigger, struct core *core)
{
    if (!is_line(irq))
        return -EINVAL;
    line_configure(irq, trigger == IRQ_EDGE, core);
    return 0;
}

void arch_irq_disconnect(uint32_t irq)
{
    line_mask(irq, true);
}

int arch_irq_route(uint32_t irq, struct core *core)
{
    gic->route(irq, core);
    return 0;
}

bool arch_irq_mask(uint32_t irq, bool masked)
{
    if (is_line(irq))
        line_mask(irq, masked);
    else if (is_message(irq))
        msi->mask(irq - IRQ_MSI, masked);
    return true;
}

int arch_irq_raise(uint32_t irq)
{
    if (is_message(irq))
        return msi->raise(irq - IRQ_MSI);
    if (!is_line(irq))
        return -EINVAL;
    line_raise(irq);
    return 0;
}

uint32_t arch_msi_count(void)
{
    return msi ? msi->count : 0;
}

int arch_msi_alloc(uint32_t irq, uint32_t device_id, struct core *core, struct msi_message *message)
{
    return msi->alloc(irq - IRQ_MSI, device_id, core, message);
}

void arch_msi_free(uint32_t irq)
{
    msi->free(irq - IRQ_MSI);
}

/* ---- when one comes ---- */

void interrupt_dispatch(void)
{
    for (;;) {
        uint32_t token = gic->acknowledge(), intid = token & gic->intid_mask;
        if (intid >= INTID_SPECIAL && intid < INTID_SPECIAL + 4)
            return;
        if (intid == discovered.arm.timer_virtual_intid)
            timer_interrupt();
        else if (intid == SGI_IPI)
            ipi_receive();
        else
            irq_dispatch(irq_of(intid));
        gic->end(token);
    }
}

const char *arch_interrupts_name(void)
{
    static const char *const names[2][3] = {{"GICv2", "GICv2, v2m", "GICv2, ITS"},
                                            {"GICv3", "GICv3, v2m", "GICv3, ITS"}};
    return names[discovered.arm.gic == GIC_V3][msi == &gic_v2m ? 1 : msi == &gic_its ? 2 : 0];
}

const char *arch_ipi_name(void)
{
    return "software-generated interrupts";
}
