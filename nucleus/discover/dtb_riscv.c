/* dtb_riscv.c: a device tree's interrupt controllers and devices of a RISC-V machine, as supervisor
 * mode sees them.
 *
 * Sources: bindings interrupt-controller/sifive,plic-1.0.0.yaml, riscv,aplic.yaml,
 * riscv,imsics.yaml, thead,c900-aclint-sswi.yaml; RISC-V ACLINT Specification 1.0, chapter 4: a
 * register of 4 bytes a hart; RISC-V Privileged Architecture: the supervisor's causes. */
#include "dtb.h"

#define SUPERVISOR_SOFTWARE 1
#define SUPERVISOR_EXTERNAL 9
#define IMSIC_REGIONS_MAX   8

struct riscv_walk {
    struct discovered *d;
    const struct dtb_harts *harts;
    uint32_t imsic; /* phandle of the supervisor-level IMSICs */
};

static struct discovered_core *core_of(struct riscv_walk *walk, uint32_t controller)
{
    for (uint32_t i = 0; controller != 0 && i < walk->d->nr_cores; i++)
        if (walk->harts->controller[i] == controller)
            return &walk->d->core[i];
    return NULL;
}

/* Steps through `interrupts-extended`, pairs of a hart's controller and a cause, to the next pair
 * with this cause, from pair *index on. */
static bool next_with(struct bytes pairs, uint32_t cause, size_t *index)
{
    while (bytes_hold(pairs, *index * 8, 8)) {
        if (bytes_be32(pairs, *index * 8 + 4) == cause)
            return true;
        (*index)++;
    }
    return false;
}

static bool next_supervisor(struct bytes pairs, size_t *index)
{
    return next_with(pairs, SUPERVISOR_EXTERNAL, index);
}

static void read_plic(struct riscv_walk *walk, const struct fdt_node *node)
{
    struct discovered *d = walk->d;
    struct bytes pairs;
    uint64_t base, size;
    if (d->riscv.plic_base != 0 || !fdt_property(node, "interrupts-extended", &pairs) ||
        !fdt_reg(node, 0, &base, &size))
        return;
    d->riscv.plic_base = base;
    d->riscv.plic_size = size;
    d->riscv.plic_sources = fdt_cell(node, "riscv,ndev", 0);
    for (size_t i = 0; next_supervisor(pairs, &i); i++) {
        struct discovered_core *core = core_of(walk, bytes_be32(pairs, i * 8));
        if (core)
            core->plic_context = i;
    }
}

/* Where the page with this index lies: the node's regions are one after the other. */
static phys_t imsic_page(const struct fdt_node *node, uint64_t index, uint32_t guest_bits)
{
    uint64_t offset = index << (12 + guest_bits), base, size;
    for (unsigned i = 0; i < IMSIC_REGIONS_MAX && fdt_reg(node, i, &base, &size); i++) {
        if (offset < size)
            return base + offset;
        offset -= size;
    }
    return 0;
}

/* Which bits of a page's address number the hart; without a word, as few as its harts need. */
static bool read_imsic_bits(struct discovered *d, const struct fdt_node *node, size_t nr_pairs)
{
    uint32_t least = 0;
    while (1ull << least < nr_pairs)
        least++;
    return facts_imsic_bits(d, fdt_cell(node, "riscv,guest-index-bits", 0),
                            fdt_cell(node, "riscv,hart-index-bits", least),
                            fdt_cell(node, "riscv,group-index-bits", 0),
                            fdt_cell(node, "riscv,group-index-shift", 24));
}

static void read_imsics(struct riscv_walk *walk, const struct fdt_node *node)
{
    struct discovered *d = walk->d;
    struct bytes pairs;
    size_t i = 0;
    uint64_t base, size;
    if (d->riscv.imsic_base != 0 || !fdt_property(node, "interrupts-extended", &pairs) ||
        !next_supervisor(pairs, &i) || !fdt_reg(node, 0, &base, &size) ||
        !read_imsic_bits(d, node, pairs.size / 8))
        return;
    d->riscv.imsic_base = base;
    d->riscv.imsic_ids = fdt_cell(node, "riscv,num-ids", 0);
    walk->imsic = fdt_cell(node, "phandle", 0);
    for (; next_supervisor(pairs, &i); i++) {
        struct discovered_core *core = core_of(walk, bytes_be32(pairs, i * 8));
        if (core && core->imsic_index < 0) {
            core->imsic_index = i;
            core->imsic_page = imsic_page(node, i, d->riscv.imsic_guest_bits);
        }
    }
}

/* An APLIC is the supervisor's when it interrupts harts there, itself or through the IMSICs. */
static void read_aplic(struct riscv_walk *walk, const struct fdt_node *node)
{
    struct discovered *d = walk->d;
    struct bytes pairs = {NULL, 0};
    size_t i = 0;
    uint64_t base, size;
    uint32_t msi_parent = fdt_cell(node, "msi-parent", 0);
    fdt_property(node, "interrupts-extended", &pairs);
    bool is_direct = next_supervisor(pairs, &i);
    if (d->riscv.aplic_base != 0 || !fdt_reg(node, 0, &base, &size) ||
        !(is_direct || (msi_parent != 0 && msi_parent == walk->imsic)))
        return;
    d->riscv.aplic_base = base;
    d->riscv.aplic_sources = fdt_cell(node, "riscv,num-sources", 0);
    for (; next_supervisor(pairs, &i); i++) {
        struct discovered_core *core = core_of(walk, bytes_be32(pairs, i * 8));
        if (core)
            core->aplic_idc = i;
    }
}

/* Software interrupts without the firmware. */
static void read_sswi(struct riscv_walk *walk, const struct fdt_node *node)
{
    struct bytes pairs;
    uint64_t base, size;
    if (!fdt_property(node, "interrupts-extended", &pairs) || !fdt_reg(node, 0, &base, &size))
        return;
    for (size_t i = 0; next_with(pairs, SUPERVISOR_SOFTWARE, &i); i++) {
        struct discovered_core *core = core_of(walk, bytes_be32(pairs, i * 8));
        if (core && core->sswi_register == 0 && i * 4 + 4 <= size)
            core->sswi_register = base + i * 4;
    }
}

static bool is_sswi(const struct fdt_node *node)
{
    return fdt_is_compatible(node, "riscv,aclint-sswi") ||
           fdt_is_compatible(node, "mips,p8700-aclint-sswi") ||
           fdt_is_compatible(node, "thead,c900-aclint-sswi");
}

static void read_device(phys_t *where, const struct fdt_node *node)
{
    uint64_t base, size;
    if (*where == 0 && fdt_reg(node, 0, &base, &size))
        *where = base;
}

static void read_clock(struct discovered *d, const struct fdt_node *node)
{
    if (d->riscv.rtc_base != 0)
        return;
    read_device(&d->riscv.rtc_base, node);
    dtb_interrupt(node, 0, &d->riscv.rtc_source);
}

static bool visit(const struct fdt_node *node, void *context)
{
    struct riscv_walk *walk = context;
    if (!fdt_is_enabled(node))
        return true;
    if (dtb_is_plic(node))
        read_plic(walk, node);
    else if (fdt_is_compatible(node, "riscv,imsics"))
        read_imsics(walk, node);
    else if (is_sswi(node))
        read_sswi(walk, node);
    else if (fdt_is_compatible(node, "sifive,test0") || fdt_is_compatible(node, "sifive,test1"))
        read_device(&walk->d->riscv.test_device, node);
    else if (fdt_is_compatible(node, "google,goldfish-rtc"))
        read_clock(walk->d, node);
    return true;
}

/* After the IMSICs, which may follow it in the tree. */
static bool visit_aplics(const struct fdt_node *node, void *context)
{
    if (dtb_is_aplic(node) && fdt_is_enabled(node))
        read_aplic(context, node);
    return true;
}

void dtb_riscv(struct discovered *d, const struct fdt *fdt, const struct dtb_harts *harts)
{
    struct riscv_walk walk = {.d = d, .harts = harts};
    fdt_walk(fdt, visit, &walk);
    fdt_walk(fdt, visit_aplics, &walk);
}
