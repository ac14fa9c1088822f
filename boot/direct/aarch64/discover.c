/* aarch64: a device tree says everything. */
#include "core/arch.h"
#include "direct/device_tree.h"

void direct_discover(struct machine *machine, struct direct *direct, uint64_t boot_core,
                     uint64_t information)
{
    struct fdt_machine found;
    machine->boot_core = arch_this_core(boot_core);
    device_tree_discover(machine, direct, information, &found);
    arch_serial_open(found.devices[FDT_PL011]);
    direct->clock = found.devices[FDT_PL031];
}
