/* dtb.h: the parts of the device tree's reader. Each walks the tree for facts of one kind. */
#ifndef DISCOVER_DTB_H
#define DISCOVER_DTB_H

#include "facts.h"
#include "fdt.h"

/* For each core found, the phandle of its hart's interrupt controller (riscv64; 0: none). */
struct dtb_harts {
    uint32_t controller[DISCOVER_CORES];
};

void dtb_cpus(struct discovered *d, const struct fdt *fdt, struct dtb_harts *harts);
void dtb_console(struct discovered *d, const struct fdt *fdt);
void dtb_arm(struct discovered *d, const struct fdt *fdt);
void dtb_riscv(struct discovered *d, const struct fdt *fdt, const struct dtb_harts *harts);

/* The number of a node's interrupt as the kernel counts them: a GIC's INTID, or a PLIC's or APLIC's
 * source. False when the node has no such interrupt or its controller is of another kind. */
bool dtb_interrupt(const struct fdt_node *node, unsigned index, uint32_t *number);

bool dtb_is_gicv2(const struct fdt_node *node);
bool dtb_is_gicv3(const struct fdt_node *node);
bool dtb_is_plic(const struct fdt_node *node);
bool dtb_is_aplic(const struct fdt_node *node);

#endif
