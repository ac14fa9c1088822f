/*
 * What a PVH start hands over (Xen, public/arch-x86/hvm/start_info.h): memory map, command line,
 * modules, RSDP. The SMBIOS entry points are searched where a BIOS puts them.
 */
#include "acpi/acpi.h"
#include "core/arch.h"
#include "core/report.h"
#include "core/string.h"
#include "direct/direct.h"

#define START_MAGIC 0x336ec578

struct start_info {
    uint32_t magic;
    uint32_t version; /* from 1 on it has a memory map */
    uint32_t flags;
    uint32_t nr_modules;
    uint64_t modules;
    uint64_t cmdline;
    uint64_t rsdp;
    uint64_t memmap;
    uint32_t nr_memmap;
    uint32_t reserved;
};

struct start_module {
    uint64_t address, size, cmdline, reserved;
};

struct start_range {
    uint64_t base, size;
    uint32_t type; /* as in ACPI 15, "address range types" */
    uint32_t reserved;
};

static uint32_t range_type(uint32_t type)
{
    switch (type) {
    case 1:
        return LIMINE_MEMMAP_USABLE;
    case 3:
        return LIMINE_MEMMAP_ACPI_RECLAIMABLE;
    case 4:
        return LIMINE_MEMMAP_ACPI_NVS;
    case 5:
        return LIMINE_MEMMAP_BAD_MEMORY;
    default:
        return LIMINE_MEMMAP_RESERVED;
    }
}

static void read_memory(struct machine *machine, const struct start_info *info)
{
    const struct start_range *ranges = phys_ptr(info->memmap);
    if (info->version < 1 || info->nr_memmap == 0)
        fail("the PVH start information has no memory map");
    for (uint32_t i = 0; i < info->nr_memmap; i++)
        memmap_add(&machine->memmap, ranges[i].base, ranges[i].size, range_type(ranges[i].type));
}

static void read_initrd(struct machine *machine, struct direct *direct,
                        const struct start_info *info)
{
    const struct start_module *module = phys_ptr(info->modules);
    if (info->nr_modules == 0)
        return;
    direct->initrd = phys_ptr(module->address);
    direct->initrd_size = module->size;
    memmap_borrow(&machine->memmap, module->address, module->address + module->size);
}

/* SMBIOS 3.6, 5.2: anchors at 16-byte steps between 0xf0000 and 0xfffff. */
static void find_smbios(struct machine *machine)
{
    for (uint64_t at = 0xf0000; at < 0x100000; at += 16) {
        if (!machine->smbios_32 && memcmp(phys_ptr(at), "_SM_", 4) == 0)
            machine->smbios_32 = at;
        if (!machine->smbios_64 && memcmp(phys_ptr(at), "_SM3_", 5) == 0)
            machine->smbios_64 = at;
    }
}

void direct_discover(struct machine *machine, struct direct *direct, uint64_t boot_core,
                     uint64_t information)
{
    const struct start_info *info = phys_ptr(information);
    if (info->magic != START_MAGIC)
        fail("started by something else than a PVH loader");
    direct->memory_limit = 4 * GIB; /* what start.S maps */
    machine->firmware_type = LIMINE_FIRMWARE_TYPE_X86BIOS;
    machine->rsdp = info->rsdp;
    machine->boot_core = arch_this_core(boot_core);
    if (info->cmdline)
        direct->cmdline = phys_ptr(info->cmdline);
    read_memory(machine, info);
    memmap_set(&machine->memmap, ptr_phys(image_begin), ptr_phys(image_end),
               LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
    read_initrd(machine, direct, info);
    memmap_borrow(&machine->memmap, ptr_phys(direct->cmdline),
                  ptr_phys(direct->cmdline) + strlen(direct->cmdline) + 1);
    find_smbios(machine);
    acpi_describe_cores(machine);
    if (machine->nr_cores == 0)
        machine->cores[machine->nr_cores++] = (struct core){.id = machine->boot_core};
}
