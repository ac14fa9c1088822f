/* dtb_interrupt.c: the interrupts of a device tree's nodes, as numbers of the controllers we know.
 *
 * Sources: Devicetree Specification 0.4, section 2.4; bindings interrupt-controller/arm,gic.yaml,
 * arm,gic-v3.yaml, sifive,plic-1.0.0.yaml, riscv,aplic.yaml. */
#include "dtb.h"

bool dtb_is_gicv2(const struct fdt_node *node)
{
    static const char *const names[] = {"arm,gic-400",       "arm,cortex-a15-gic",
                                        "arm,cortex-a9-gic", "arm,cortex-a7-gic",
                                        "arm,pl390",         "qcom,msm-qgic2"};
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (fdt_is_compatible(node, names[i]))
            return true;
    return false;
}

bool dtb_is_gicv3(const struct fdt_node *node)
{
    return fdt_is_compatible(node, "arm,gic-v3");
}

bool dtb_is_plic(const struct fdt_node *node)
{
    return fdt_is_compatible(node, "sifive,plic-1.0.0") || fdt_is_compatible(node, "riscv,plic0") ||
           fdt_is_compatible(node, "thead,c900-plic");
}

bool dtb_is_aplic(const struct fdt_node *node)
{
    return fdt_is_compatible(node, "riscv,aplic");
}

struct controller {
    uint32_t phandle; /* which one to look for */
    enum { UNKNOWN, GIC, RISCV } kind;
    uint32_t cells; /* of one interrupt; 0: not found */
};

static bool visit(const struct fdt_node *node, void *context)
{
    struct controller *controller = context;
    if (fdt_cell(node, "phandle", 0) != controller->phandle)
        return true;
    controller->cells = fdt_cell(node, "#interrupt-cells", 0);
    if (dtb_is_gicv2(node) || dtb_is_gicv3(node))
        controller->kind = GIC;
    else if (dtb_is_plic(node) || dtb_is_aplic(node))
        controller->kind = RISCV;
    return false;
}

static struct controller find_controller(const struct fdt *fdt, uint32_t phandle)
{
    struct controller controller = {.phandle = phandle};
    if (phandle != 0)
        fdt_walk(fdt, visit, &controller);
    return controller;
}

/* The first interrupts of each kind of a GIC: shared, private, extended shared, extended private.
 */
static bool gic_intid(struct bytes cells, uint32_t *number)
{
    static const uint32_t first[] = {32, 16, 4096, 1056};
    static const uint32_t count[] = {988, 16, 1024, 64};
    uint32_t kind = bytes_be32(cells, 0), n = bytes_be32(cells, 4);
    if (kind >= ARRAY_LEN(first) || n >= count[kind])
        return false;
    *number = first[kind] + n;
    return true;
}

static bool decode(const struct controller *controller, struct bytes cells, uint32_t *number)
{
    if (controller->cells == 0 || !bytes_hold(cells, 0, controller->cells * 4ul))
        return false;
    if (controller->kind == GIC && controller->cells >= 3)
        return gic_intid(cells, number);
    *number = bytes_be32(cells, 0);
    return controller->kind == RISCV && *number > 0;
}

bool dtb_interrupt(const struct fdt_node *node, unsigned index, uint32_t *number)
{
    struct bytes cells;
    if (!fdt_property(node, "interrupts-extended", &cells)) {
        struct controller controller = find_controller(node->fdt, node->interrupt_parent);
        return fdt_property(node, "interrupts", &cells) &&
               decode(&controller, bytes_from(cells, 4ul * controller.cells * index), number);
    }
    for (;; index--) {
        struct controller controller = find_controller(node->fdt, bytes_be32(cells, 0));
        cells = bytes_from(cells, 4);
        if (controller.cells == 0)
            return false;
        if (index == 0)
            return decode(&controller, cells, number);
        cells = bytes_from(cells, 4ul * controller.cells);
    }
}
