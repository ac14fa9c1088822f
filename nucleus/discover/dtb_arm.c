/* dtb_arm.c: a device tree's interrupt controller, timer, PSCI conduit and clock of an Arm machine.
 *
 * Sources: bindings interrupt-controller/arm,gic.yaml and arm,gic-v3.yaml,
 * timer/arm,arch_timer.yaml, arm/psci.yaml. */
#include "dtb.h"

static void read_gicv2(struct discovered *d, const struct fdt_node *node)
{
    uint64_t base, size, interface_base, interface_size;
    if (!fdt_reg(node, 0, &base, &size) || !fdt_reg(node, 1, &interface_base, &interface_size))
        return;
    d->arm.gic = GIC_V2;
    d->arm.gicd_base = base;
    d->arm.gicd_size = size;
    d->arm.gicc_base = interface_base;
}

static void read_gicv3(struct discovered *d, const struct fdt_node *node)
{
    uint64_t base, size, gicr_base, gicr_size;
    struct bytes stride;
    uint32_t regions = fdt_cell(node, "#redistributor-regions", 1);
    if (!fdt_reg(node, 0, &base, &size) || !fdt_reg(node, 1, &gicr_base, &gicr_size))
        return;
    d->arm.gic = GIC_V3;
    d->arm.gicd_base = base;
    d->arm.gicd_size = size;
    facts_gicr(d, gicr_base, gicr_size);
    for (uint32_t i = 1; i < regions && i <= DISCOVER_GICR_MORE; i++)
        if (fdt_reg(node, 1 + i, &gicr_base, &gicr_size))
            facts_gicr(d, gicr_base, gicr_size);
    if (fdt_property(node, "redistributor-stride", &stride))
        d->arm.gicr_stride = fdt_number(stride, 0, stride.size / 4);
}

/* The timer's interrupts come in this order, unless their names say otherwise. */
static void read_timer(struct discovered *d, const struct fdt_node *node)
{
    int physical = fdt_string_index(node, "interrupt-names", "phys");
    int virtual = fdt_string_index(node, "interrupt-names", "virt");
    struct bytes names;
    if (!fdt_property(node, "interrupt-names", &names)) {
        physical = 1;
        virtual = 2;
    }
    if (physical >= 0)
        dtb_interrupt(node, physical, &d->arm.timer_physical_intid);
    if (virtual >= 0)
        dtb_interrupt(node, virtual, &d->arm.timer_virtual_intid);
}

/* Before version 0.2 the function numbers were each machine's own. */
static bool is_psci(const struct fdt_node *node)
{
    return fdt_is_compatible(node, "arm,psci-1.0") || fdt_is_compatible(node, "arm,psci-0.2");
}

static void read_psci(struct discovered *d, const struct fdt_node *node)
{
    if (fdt_string_index(node, "method", "hvc") == 0)
        d->arm.psci = PSCI_HVC;
    else if (fdt_string_index(node, "method", "smc") == 0)
        d->arm.psci = PSCI_SMC;
}

static void read_base(const struct fdt_node *node, phys_t *where)
{
    uint64_t base, size;
    if (*where == 0 && fdt_reg(node, 0, &base, &size))
        *where = base;
}

/* A frame tells which interrupts are its own, but some tell wrong. */
static void read_v2m(struct discovered *d, const struct fdt_node *node)
{
    if (d->arm.v2m_base != 0)
        return;
    read_base(node, &d->arm.v2m_base);
    facts_v2m_spis(d, fdt_cell(node, "arm,msi-base-spi", 0), fdt_cell(node, "arm,msi-num-spis", 0));
}

static void read_clock(struct discovered *d, const struct fdt_node *node)
{
    if (d->arm.rtc_base != 0)
        return;
    read_base(node, &d->arm.rtc_base);
    dtb_interrupt(node, 0, &d->arm.rtc_intid);
}

static bool visit(const struct fdt_node *node, void *context)
{
    struct discovered *d = context;
    if (!fdt_is_enabled(node))
        return true;
    if (d->arm.gic == GIC_NONE && dtb_is_gicv2(node))
        read_gicv2(d, node);
    else if (d->arm.gic == GIC_NONE && dtb_is_gicv3(node))
        read_gicv3(d, node);
    else if (fdt_is_compatible(node, "arm,gic-v2m-frame"))
        read_v2m(d, node);
    else if (fdt_is_compatible(node, "arm,gic-v3-its"))
        read_base(node, &d->arm.its_base);
    else if (d->arm.timer_virtual_intid == 0 && (fdt_is_compatible(node, "arm,armv8-timer") ||
                                                 fdt_is_compatible(node, "arm,armv7-timer")))
        read_timer(d, node);
    else if (is_psci(node))
        read_psci(d, node);
    else if (fdt_is_compatible(node, "arm,pl031"))
        read_clock(d, node);
    return true;
}

void dtb_arm(struct discovered *d, const struct fdt *fdt)
{
    fdt_walk(fdt, visit, d);
}
