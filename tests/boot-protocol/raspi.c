/*
 * raspi: writes a device tree of QEMU's raspi3b as far as a loader asks, to standard output. It is
 * the machine whose cores start by spin tables (QEMU, hw/arm/raspi.c: at 0xd8, one word a core).
 */
#include <stdio.h>

#include "../host/boot/tree_builder.h"

static void add_core(struct tree_builder *tree, uint32_t id)
{
    char name[16];
    snprintf(name, sizeof name, "cpu@%u", id);
    tree_begin(tree, name);
    tree_text(tree, "device_type", "cpu");
    CELLS(tree, "reg", id);
    tree_text(tree, "enable-method", "spin-table");
    CELLS(tree, "cpu-release-addr", 0, 0xd8 + 8 * id);
    tree_end(tree);
}

static void add_machine(struct tree_builder *tree)
{
    tree_begin(tree, "memory@0");
    tree_text(tree, "device_type", "memory");
    CELLS(tree, "reg", 0, 0, 0, 0x3c000000);
    tree_end(tree);
    tree_begin(tree, "cpus");
    CELLS(tree, "#address-cells", 1);
    CELLS(tree, "#size-cells", 0);
    for (uint32_t id = 0; id < 4; id++)
        add_core(tree, id);
    tree_end(tree);
    tree_begin(tree, "serial@3f201000");
    tree_text(tree, "compatible", "arm,pl011");
    CELLS(tree, "reg", 0, 0x3f201000, 0, 0x1000);
    tree_end(tree);
}

int main(void)
{
    static struct tree_builder tree;
    size_t size;
    tree_begin(&tree, "");
    CELLS(&tree, "#address-cells", 2);
    CELLS(&tree, "#size-cells", 2);
    add_machine(&tree);
    tree_begin(&tree, "chosen");
    tree_end(&tree);
    tree_end(&tree);
    tree_reserve(&tree, 0, 0x1000);
    uint8_t *blob = tree_finish(&tree, &size);
    return fwrite(blob, 1, size, stdout) != size;
}
