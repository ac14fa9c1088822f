/*
 * Walks over the tree that keep, for each level above the current node, what its children inherit:
 * the cell counts of addresses and whether those addresses are the machine's own.
 */
#include "fdt/describe.h"
#include "core/report.h"
#include "core/string.h"

#define DEPTH_MAX 16

struct level {
    const char *name;
    unsigned address_cells, size_cells; /* for the children's reg */
    bool same_address;                  /* children's addresses are the root's */
};

struct walk {
    const struct fdt *fdt;
    struct fdt_node node;
    struct level levels[DEPTH_MAX];
};

static bool node_named(const struct fdt_node *node, const char *name)
{
    size_t length = strlen(name);
    return string_starts(node->name, name) &&
           (node->name[length] == 0 || node->name[length] == '@');
}

static bool is_compatible(struct walk *walk, const char *name)
{
    struct fdt_property property;
    return fdt_property(walk->fdt, &walk->node, "compatible", &property) &&
           fdt_has_string(&property, name);
}

static bool is_enabled(struct walk *walk)
{
    struct fdt_property status;
    return !fdt_property(walk->fdt, &walk->node, "status", &status) ||
           fdt_has_string(&status, "okay") || fdt_has_string(&status, "ok");
}

static uint64_t property_number(struct walk *walk, const char *name)
{
    struct fdt_property property;
    if (!fdt_property(walk->fdt, &walk->node, name, &property))
        return 0;
    return fdt_number(&property, 0, property.size == 8 ? 2 : 1);
}

static unsigned property_cells(struct walk *walk, const char *name, unsigned otherwise)
{
    struct fdt_property property;
    if (!fdt_property(walk->fdt, &walk->node, name, &property) || property.size != 4)
        return otherwise;
    return fdt_u32(property.data);
}

static struct level read_level(struct walk *walk, const struct level *parent)
{
    struct fdt_property ranges;
    bool has_ranges = fdt_property(walk->fdt, &walk->node, "ranges", &ranges);
    return (struct level){
        .name = walk->node.name,
        .address_cells = property_cells(walk, "#address-cells", 2),
        .size_cells = property_cells(walk, "#size-cells", 1),
        .same_address = !parent || (parent->same_address && has_ranges && ranges.size == 0),
    };
}

/* Goes to the first or the next node, stepping over those that are too deep. */
static bool walk_next(struct walk *walk, bool first)
{
    do {
        if (!(first ? fdt_root(walk->fdt, &walk->node) : fdt_next(walk->fdt, &walk->node)))
            return false;
        first = false;
    } while (walk->node.depth >= DEPTH_MAX);
    int depth = walk->node.depth;
    walk->levels[depth] = read_level(walk, depth ? &walk->levels[depth - 1] : NULL);
    return true;
}

/* Calls memmap_add() for each pair in reg. */
static void add_ranges(struct walk *walk, struct memmap *map, uint32_t type)
{
    struct fdt_property reg;
    const struct level *parent = &walk->levels[walk->node.depth - 1];
    unsigned cells = parent->address_cells + parent->size_cells;
    if (parent->address_cells > 2 || parent->size_cells > 2 || cells == 0 ||
        !fdt_property(walk->fdt, &walk->node, "reg", &reg))
        return;
    for (uint32_t at = 0; reg.size - at >= 4 * cells; at += 4 * cells) {
        uint64_t base = fdt_number(&reg, at, parent->address_cells);
        uint64_t size = fdt_number(&reg, at + 4 * parent->address_cells, parent->size_cells);
        if (size)
            memmap_add(map, base, size, type);
    }
}

static bool has_device_type(struct walk *walk, const char *type)
{
    struct fdt_property property;
    return fdt_property(walk->fdt, &walk->node, "device_type", &property) &&
           fdt_has_string(&property, type);
}

void fdt_add_memory(const struct fdt *fdt, struct memmap *map)
{
    struct walk walk = {.fdt = fdt};
    for (bool more = walk_next(&walk, true); more; more = walk_next(&walk, false)) {
        if (walk.node.depth == 1 && is_enabled(&walk) && has_device_type(&walk, "memory"))
            add_ranges(&walk, map, LIMINE_MEMMAP_USABLE);
    }
}

void fdt_add_reserved(const struct fdt *fdt, struct memmap *map)
{
    struct walk walk = {.fdt = fdt};
    uint64_t base, size;
    for (bool more = walk_next(&walk, true); more; more = walk_next(&walk, false)) {
        if (walk.node.depth == 2 && string_equal(walk.levels[1].name, "reserved-memory"))
            add_ranges(&walk, map, LIMINE_MEMMAP_RESERVED);
    }
    for (unsigned i = 0; fdt_reservation(fdt, i, &base, &size); i++)
        memmap_add(map, base, size, LIMINE_MEMMAP_RESERVED);
}

/* Devicetree Specification 3.8: a disabled core can be started if it says how. */
static enum start_method core_method(struct walk *walk, struct core *core)
{
    struct fdt_property method;
    if (!fdt_property(walk->fdt, &walk->node, "enable-method", &method))
        return is_enabled(walk) ? START_SBI : START_NONE;
    if (fdt_has_string(&method, "psci"))
        return START_PSCI_HVC; /* or SMC, known once /psci was seen */
    if (fdt_has_string(&method, "spin-table")) {
        core->spin_address = property_number(walk, "cpu-release-addr");
        return core->spin_address ? START_SPIN : START_NONE;
    }
    return START_NONE;
}

static void read_core(struct walk *walk, struct machine *machine)
{
    struct fdt_property reg;
    if (!has_device_type(walk, "cpu") || !fdt_property(walk->fdt, &walk->node, "reg", &reg))
        return;
    struct core core = {.id = fdt_number(&reg, 0, walk->levels[1].address_cells)};
    core.method = core_method(walk, &core);
    if (core.method == START_NONE && core.id != machine->boot_core)
        return;
    if (machine->nr_cores == CORES_MAX)
        report("device tree: core %lx is left out, there are more than %u", (unsigned long)core.id,
               CORES_MAX);
    else
        machine->cores[machine->nr_cores++] = core;
}

#define PSCI_CPU_ON_64 0xc4000003U /* Arm DEN0022, 5.1.4 */

static void read_psci(struct walk *walk, struct machine *machine)
{
    struct fdt_property method;
    if (!fdt_property(walk->fdt, &walk->node, "method", &method))
        return;
    machine->psci = fdt_has_string(&method, "smc")   ? START_PSCI_SMC
                    : fdt_has_string(&method, "hvc") ? START_PSCI_HVC
                                                     : START_NONE;
    /* PSCI 0.1 has no fixed numbers: the tree names them. */
    machine->psci_cpu_on = PSCI_CPU_ON_64;
    if (!is_compatible(walk, "arm,psci-0.2") && !is_compatible(walk, "arm,psci-1.0"))
        machine->psci_cpu_on = (uint32_t)property_number(walk, "cpu_on");
}

void fdt_add_cores(const struct fdt *fdt, struct machine *machine)
{
    struct walk walk = {.fdt = fdt};
    unsigned first = machine->nr_cores;
    for (bool more = walk_next(&walk, true); more; more = walk_next(&walk, false)) {
        if (walk.node.depth == 1 && node_named(&walk.node, "psci"))
            read_psci(&walk, machine);
        else if (walk.node.depth == 2 && string_equal(walk.levels[1].name, "cpus"))
            read_core(&walk, machine);
    }
    /* Cores can come before /psci in the tree. */
    for (unsigned i = first; i < machine->nr_cores; i++) {
        if (machine->cores[i].method == START_PSCI_HVC)
            machine->cores[i].method = machine->psci;
    }
}

static void read_chosen(struct walk *walk, struct fdt_machine *found)
{
    struct fdt_property property;
    found->initrd_start = property_number(walk, "linux,initrd-start");
    found->initrd_end = property_number(walk, "linux,initrd-end");
    if (fdt_property(walk->fdt, &walk->node, "bootargs", &property) && fdt_string(&property))
        found->bootargs = fdt_string(&property);
    found->has_boot_hart = fdt_property(walk->fdt, &walk->node, "boot-hartid", &property);
    found->boot_hart = property_number(walk, "boot-hartid");
}

static void read_device(struct walk *walk, struct fdt_machine *found)
{
    static const char compatible[FDT_NR_DEVICES][24] = {
        [FDT_PL011] = "arm,pl011",
        [FDT_PL031] = "arm,pl031",
        [FDT_GOLDFISH_RTC] = "google,goldfish-rtc",
        [FDT_SIFIVE_TEST] = "sifive,test0",
    };
    const struct level *parent = &walk->levels[walk->node.depth - 1];
    struct fdt_property reg;
    if (!parent->same_address || !is_enabled(walk) ||
        !fdt_property(walk->fdt, &walk->node, "reg", &reg))
        return;
    for (unsigned i = 0; i < FDT_NR_DEVICES; i++) {
        if (!found->devices[i] && is_compatible(walk, compatible[i]))
            found->devices[i] = fdt_number(&reg, 0, parent->address_cells);
    }
}

void fdt_describe(const struct fdt *fdt, struct fdt_machine *found)
{
    struct walk walk = {.fdt = fdt};
    *found = (struct fdt_machine){.bootargs = ""};
    for (bool more = walk_next(&walk, true); more; more = walk_next(&walk, false)) {
        if (walk.node.depth == 1 && node_named(&walk.node, "chosen"))
            read_chosen(&walk, found);
        else if (walk.node.depth > 0)
            read_device(&walk, found);
    }
}
