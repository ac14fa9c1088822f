/* dtb.c: what a device tree says about the machine: its model, what memory it reserves, entropy;
 * the other parts of the reader find the rest.
 *
 * Source: Devicetree Specification 0.4, sections 3.5 (reserved-memory), 3.6 (chosen), 5.3 (memory
 * reservation block). */
#include "dtb.h"

static void read_reservation_block(struct discovered *d, struct bytes block)
{
    for (size_t at = 0; bytes_hold(block, at, 16); at += 16) {
        uint64_t base = bytes_be64(block, at), size = bytes_be64(block, at + 8);
        if (base == 0 && size == 0)
            break;
        facts_reserve(d, base, size);
    }
}

/* Addresses of reserved memory are physical: the tree may not translate them there. */
static void read_reserved_memory(struct discovered *d, const struct fdt_node *node)
{
    uint64_t base, size;
    for (unsigned i = 0; i < DISCOVER_RESERVED && fdt_reg_untranslated(node, i, &base, &size); i++)
        facts_reserve(d, base, size);
}

static void read_model(struct discovered *d, const struct fdt_node *root)
{
    struct bytes text;
    if (fdt_property(root, "model", &text) || fdt_property(root, "compatible", &text))
        facts_text(d->model, sizeof d->model, text);
}

static void read_seed(struct discovered *d, const struct fdt_node *chosen)
{
    struct bytes seed;
    if (!fdt_property(chosen, "rng-seed", &seed) || seed.size < sizeof d->seed)
        return;
    memcpy(d->seed, seed.data, sizeof d->seed);
    d->has_seed = true;
}

static bool visit(const struct fdt_node *node, void *context)
{
    struct discovered *d = context;
    if (!node->parent)
        read_model(d, node);
    else if (fdt_is_top(node, "chosen"))
        read_seed(d, node);
    else if (fdt_is_top(node->parent, "reserved-memory") && fdt_is_enabled(node))
        read_reserved_memory(d, node);
    return true;
}

int discover_dtb(struct discovered *d, const void *dtb, size_t size)
{
    struct fdt fdt;
    struct dtb_harts harts = {{0}};
    int error = fdt_open(&fdt, (struct bytes){dtb, size});
    if (error)
        return error;
    d->from_dtb = true;
    read_reservation_block(d, fdt.reservations);
    fdt_walk(&fdt, visit, d);
    dtb_cpus(d, &fdt, &harts);
    dtb_arm(d, &fdt);
    dtb_riscv(d, &fdt, &harts);
    dtb_console(d, &fdt);
    return 0;
}
