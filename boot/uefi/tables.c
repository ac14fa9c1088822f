/*
 * The firmware's configuration tables. ACPI describes the cores where it can; the device tree does
 * where there is no ACPI.
 */
#include "acpi/acpi.h"
#include "core/arch.h"
#include "core/report.h"
#include "core/string.h"
#include "fdt/describe.h"
#include "uefi/uefi.h"

static struct {
    bool valid;
    struct fdt fdt;
    struct fdt_machine found;
} tree;

static uint64_t find_table(struct efi_guid guid)
{
    const struct efi_system_table *table = firmware.system_table;
    for (uint64_t i = 0; i < table->nr_configuration_tables; i++) {
        if (memcmp(&table->configuration_tables[i].guid, &guid, sizeof(guid)) == 0)
            return ptr_phys(table->configuration_tables[i].table);
    }
    return 0;
}

void tables_open(struct machine *machine)
{
    const void *blob = phys_ptr(find_table((struct efi_guid)EFI_DTB_GUID));
    struct error error;
    uint32_t size = fdt_blob_size(blob);
    if (size == 0)
        return;
    if (fdt_open(&tree.fdt, blob, size, &error)) {
        report("%s; it is ignored", error.text);
        return;
    }
    tree.valid = true;
    fdt_describe(&tree.fdt, &tree.found);
    machine->dtb = blob;
    machine->dtb_size = size;
}

/* Only RISC-V firmware has to say which core runs us: by a protocol, or in the device tree. */
static void find_boot_core(struct machine *machine)
{
    static const struct efi_guid guid = EFI_RISCV_BOOT_GUID;
    void *interface;
    uint64_t told = tree.found.boot_hart;
    machine->has_hart_id = tree.found.has_boot_hart;
    if (firmware.boot_services->locate_protocol(&guid, NULL, &interface) == EFI_SUCCESS) {
        struct efi_riscv_boot *boot = interface;
        machine->has_hart_id |= boot->get_boot_hart(boot, &told) == EFI_SUCCESS;
    }
    machine->boot_core = arch_this_core(told);
}

static bool boot_core_is_known(const struct machine *machine)
{
    for (unsigned i = 0; i < machine->nr_cores; i++) {
        if (machine->cores[i].id == machine->boot_core)
            return true;
    }
    return false;
}

void tables_discover(struct machine *machine)
{
    machine->firmware_type = LIMINE_FIRMWARE_TYPE_EFI64;
    machine->efi_system_table = ptr_phys(firmware.system_table);
    machine->rsdp = find_table((struct efi_guid)EFI_ACPI_20_GUID);
    if (!machine->rsdp)
        machine->rsdp = find_table((struct efi_guid)EFI_ACPI_10_GUID);
    machine->smbios_32 = find_table((struct efi_guid)EFI_SMBIOS_GUID);
    machine->smbios_64 = find_table((struct efi_guid)EFI_SMBIOS3_GUID);
    find_boot_core(machine);
    acpi_describe_cores(machine);
    if (tree.valid && machine->nr_cores == 0)
        fdt_add_cores(&tree.fdt, machine);
    if (!boot_core_is_known(machine))
        machine->cores[machine->nr_cores++] = (struct core){.id = machine->boot_core};
}

void tables_replace_dtb(struct machine *machine, const void *blob, uint64_t size)
{
    struct fdt fdt;
    struct error error;
    if (fdt_open(&fdt, blob, size, &error))
        fail("dtb_path: %s", error.text);
    machine->dtb = blob;
    machine->dtb_size = fdt.size;
}

void tables_add_reserved(struct memmap *map)
{
    if (tree.valid)
        fdt_add_reserved(&tree.fdt, map);
}

uint64_t tables_clock(void)
{
    uint64_t clock = tree.found.devices[FDT_PL031];
    return clock ? clock : tree.found.devices[FDT_GOLDFISH_RTC];
}

uint64_t tables_device(enum fdt_device device)
{
    return tree.found.devices[device];
}
