/* fdt_address.c: where a device tree's node lies in physical memory.
 *
 * Source: Devicetree Specification 0.4, sections 2.3.5, 2.3.6 and 2.3.8. Addresses of more than two
 * cells (PCI) are not translated. */
#include "fdt.h"

#define CELLS_MAX 2
#define RANGES_MAX                                                                                 \
    256 /* entries of one bus that are looked at: hostile trees shall not cost seconds */

bool fdt_reg_untranslated(const struct fdt_node *node, unsigned index, uint64_t *base,
                          uint64_t *size)
{
    struct bytes reg;
    if (!node->parent || !fdt_property(node, "reg", &reg))
        return false;
    uint32_t address_cells = node->parent->address_cells, size_cells = node->parent->size_cells;
    if (address_cells == 0 || address_cells > CELLS_MAX || size_cells > CELLS_MAX)
        return false;
    size_t cells = address_cells + size_cells, at = index * cells;
    if (!bytes_hold(reg, at * 4, cells * 4))
        return false;
    *base = fdt_number(reg, at, address_cells);
    *size = fdt_number(reg, at + address_cells, size_cells);
    return true;
}

/* Turns an address below the bus into one beside the bus. */
static bool translate(const struct fdt_node *bus, uint64_t *address)
{
    uint32_t child_cells = bus->address_cells, parent_cells = bus->parent->address_cells;
    if (!bus->has_ranges || child_cells > CELLS_MAX || parent_cells > CELLS_MAX ||
        bus->size_cells > CELLS_MAX)
        return false;
    if (bus->ranges.size == 0)
        return true;
    size_t cells = child_cells + parent_cells + bus->size_cells;
    for (size_t i = 0; i < RANGES_MAX && bytes_hold(bus->ranges, i * cells * 4, cells * 4); i++) {
        uint64_t child = fdt_number(bus->ranges, i * cells, child_cells);
        uint64_t parent = fdt_number(bus->ranges, i * cells + child_cells, parent_cells);
        uint64_t size =
            fdt_number(bus->ranges, i * cells + child_cells + parent_cells, bus->size_cells);
        if (*address >= child && *address - child < size) {
            *address = *address - child + parent;
            return true;
        }
    }
    return false;
}

bool fdt_reg(const struct fdt_node *node, unsigned index, uint64_t *base, uint64_t *size)
{
    if (!fdt_reg_untranslated(node, index, base, size))
        return false;
    for (const struct fdt_node *bus = node->parent; bus->parent; bus = bus->parent)
        if (!translate(bus, base))
            return false;
    return true;
}
