/* gic_v2.c: GICv2: a memory-mapped CPU interface, banked per core. Source: Arm IHI 0048, chapter 4.
 */
#include "interrupts.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

enum { GICC_CTLR = 0x00, GICC_PMR = 0x04, GICC_IAR = 0x0c, GICC_EOIR = 0x10 };

static uintptr_t gicc;

/* SAFETY: gicc is the mapped window of the CPU interface. */
static volatile uint32_t *gicc_reg(unsigned offset)
{
    return (volatile uint32_t *)(gicc + offset);
}

/* Groups stay as they are: group 0 without security extensions, group 1 from a secure firmware; our
 * enable bits are those of the group that we see. */
static void init(uint32_t nr_lines)
{
    (void)nr_lines;
    gicc = kspace_map_phys(discovered.arm.gicc_base, 8 * KIB, PAGE_WRITE | PAGE_DEVICE);
    *gicd_reg(GICD_CTLR) = 1;
}

static void init_core(struct core *core)
{
    core->arch.gic_mask = (uint8_t)*gicd_reg(GICD_ITARGETSR); /* banked: its own bit */
    *gicd_reg(GICD_ICENABLER) = UINT32_MAX;
    for (unsigned i = 0; i < 32; i += 4)
        *gicd_reg(GICD_IPRIORITYR + i) = GIC_PRIORITY * 0x01010101u;
    *gicd_reg(GICD_ISENABLER) = 1u << SGI_IPI | 1u << discovered.arm.timer_virtual_intid;
    *gicc_reg(GICC_PMR) = 0xf0;
    *gicc_reg(GICC_CTLR) = 1;
}

static uint32_t acknowledge(void)
{
    return *gicc_reg(GICC_IAR);
}

static void end(uint32_t token)
{
    *gicc_reg(GICC_EOIR) = token;
}

static void ipi(struct core *core)
{
    *gicd_reg(GICD_SGIR) = (uint32_t)core->arch.gic_mask << 16 | SGI_IPI;
}

static void route(uint32_t intid, const struct core *core)
{
    volatile uint8_t *target = (volatile uint8_t *)gicd_reg(GICD_ITARGETSR) + intid;
    *target = core->arch.gic_mask;
}

const struct gic_ops gic_v2 = {0x3ff, init, init_core, acknowledge, end, ipi, route};
