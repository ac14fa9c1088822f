/* dtb_cpus.c: the cores that a device tree lists under /cpus.
 *
 * Sources: Devicetree Specification 0.4, section 3.8; bindings arm/cpus.yaml, riscv/cpus.yaml and
 * riscv/extensions.yaml. A core whose status is not okay is left out. */
#include "dtb.h"

struct cpus_walk {
    struct discovered *d;
    struct dtb_harts *harts;
    struct discovered_core *core; /* the one the walk is in, or NULL */
    bool has_isa;                 /* a core's extensions were noted */
};

static struct riscv_isa read_extensions(struct bytes list)
{
    struct riscv_isa isa = {.has_h = false};
    while (list.size > 0) {
        struct bytes name = bytes_until(list, '\0');
        riscv_isa_extension(&isa, name);
        list = bytes_from(list, name.size + 1);
    }
    return isa;
}

static void read_riscv(struct cpus_walk *walk, const struct fdt_node *cpu)
{
    struct bytes text;
    struct riscv_isa isa;
    if (fdt_property(cpu, "riscv,isa-extensions", &text))
        isa = read_extensions(text);
    else if (fdt_property(cpu, "riscv,isa", &text))
        isa = riscv_isa_parse(text);
    else
        return;
    facts_isa(walk->d, !walk->has_isa, isa);
    walk->has_isa = true;
    if (walk->d->riscv.mmu_type[0] == '\0' && fdt_property(cpu, "mmu-type", &text))
        facts_text(walk->d->riscv.mmu_type, sizeof walk->d->riscv.mmu_type, text);
}

static void read_timebase(struct discovered *d, const struct fdt_node *node)
{
    struct bytes value;
    if (d->riscv.timebase_hz == 0 && fdt_property(node, "timebase-frequency", &value))
        d->riscv.timebase_hz = value.size == 8 ? bytes_be64(value, 0) : bytes_be32(value, 0);
}

static void read_cpu(struct cpus_walk *walk, const struct fdt_node *cpu)
{
    uint64_t hw_id, no_size;
    walk->core = NULL;
    if (fdt_string_index(cpu, "device_type", "cpu") != 0 || !fdt_is_enabled(cpu) ||
        !fdt_reg_untranslated(cpu, 0, &hw_id, &no_size))
        return;
    walk->core = facts_core(walk->d, hw_id);
    if (!walk->core)
        return;
    walk->core->gic_cpu_interface = walk->core - walk->d->core;
    read_timebase(walk->d, cpu);
    read_riscv(walk, cpu);
}

static bool visit(const struct fdt_node *node, void *context)
{
    struct cpus_walk *walk = context;
    if (!node->parent)
        return true;
    if (fdt_is_top(node, "cpus"))
        read_timebase(walk->d, node);
    else if (fdt_is_top(node->parent, "cpus"))
        read_cpu(walk, node);
    else if (walk->core && node->parent->parent && fdt_is_top(node->parent->parent, "cpus") &&
             fdt_is_compatible(node, "riscv,cpu-intc"))
        walk->harts->controller[walk->core - walk->d->core] = fdt_cell(node, "phandle", 0);
    return true;
}

void dtb_cpus(struct discovered *d, const struct fdt *fdt, struct dtb_harts *harts)
{
    struct cpus_walk walk = {.d = d, .harts = harts};
    fdt_walk(fdt, visit, &walk);
}
