/* riscv64: a device tree says everything but which hart we are on. */
#include "core/arch.h"
#include "direct/device_tree.h"

void direct_discover(struct machine *machine, struct direct *direct, uint64_t boot_core,
                     uint64_t information)
{
    struct fdt_machine found;
    machine->firmware_type = LIMINE_FIRMWARE_TYPE_SBI;
    machine->boot_core = arch_this_core(boot_core);
    machine->has_hart_id = true;
    device_tree_discover(machine, direct, information, &found);
    direct->clock = found.devices[FDT_GOLDFISH_RTC];
    direct->exit = found.devices[FDT_SIFIVE_TEST];
}
