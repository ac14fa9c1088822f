/* Discovery by device tree: everything that QEMU's virt machines tell a kernel. */
#include "direct/device_tree.h"
#include "core/arch.h"
#include "core/report.h"

static void add_boot_core(struct machine *machine)
{
    for (unsigned i = 0; i < machine->nr_cores; i++) {
        if (machine->cores[i].id == machine->boot_core)
            return;
    }
    machine->cores[machine->nr_cores++] = (struct core){.id = machine->boot_core};
}

static void add_initrd(struct machine *machine, struct direct *direct,
                       const struct fdt_machine *found)
{
    if (found->initrd_start >= found->initrd_end)
        return;
    direct->initrd = phys_ptr(found->initrd_start);
    direct->initrd_size = found->initrd_end - found->initrd_start;
    memmap_borrow(&machine->memmap, found->initrd_start, found->initrd_end);
}

void device_tree_discover(struct machine *machine, struct direct *direct, uint64_t address,
                          struct fdt_machine *found)
{
    struct fdt fdt;
    struct error error;
    machine->dtb_size = fdt_blob_size(phys_ptr(address));
    if (fdt_open(&fdt, phys_ptr(address), machine->dtb_size, &error))
        fail("%s", error.text);
    machine->dtb = phys_ptr(address);
    fdt_describe(&fdt, found);
    fdt_add_cores(&fdt, machine);
    fdt_add_memory(&fdt, &machine->memmap);
    fdt_add_reserved(&fdt, &machine->memmap);
    memmap_borrow(&machine->memmap, address, address + machine->dtb_size);
    memmap_set(&machine->memmap, ptr_phys(image_begin), ptr_phys(image_end),
               LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
    add_initrd(machine, direct, found);
    add_boot_core(machine);
    direct->cmdline = found->bootargs;
}
