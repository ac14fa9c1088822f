/* Discovery by device tree, the same for aarch64 and riscv64. */
#ifndef BOOT_DIRECT_DEVICE_TREE_H
#define BOOT_DIRECT_DEVICE_TREE_H

#include "direct/direct.h"
#include "fdt/describe.h"

/*
 * Opens the tree and fills in the map, cores, initrd, command line; `found` has the devices.
 * machine->boot_core must be set.
 */
void device_tree_discover(struct machine *machine, struct direct *direct, uint64_t address,
                          struct fdt_machine *found);

#endif
