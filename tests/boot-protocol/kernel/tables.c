/* Firmware tables: that they are where the answers say, by their signatures and checksums. */
#include "test.h"

/* Addresses are physical from revision 3 on; peek() wants physical ones. */
static volatile void *table(uint64_t address)
{
    return peek(revision >= 3 ? address : address - hhdm.response->offset);
}

static bool sum_is_zero(const volatile uint8_t *bytes, unsigned size)
{
    uint8_t sum = 0;
    while (size--)
        sum = (uint8_t)(sum + *bytes++);
    return sum == 0;
}

static bool starts_with(const volatile uint8_t *bytes, const char *text)
{
    while (*text && *bytes == (uint8_t)*text)
        bytes++, text++;
    return *text == 0;
}

/* "yes" or "no" on the command line; without it nothing is asked. */
static bool expected(const char *name, bool present)
{
    const char *value = word(name);
    return !value || (value[0] == 'y') == present;
}

static void check_acpi(void)
{
    check(expected("rsdp", rsdp.response), "RSDP: answered where there is one");
    if (!rsdp.response)
        return;
    check_equal(rsdp.response->address >= hhdm.response->offset, revision <= 2,
                "RSDP: physical from revision 3 on");
    const volatile uint8_t *bytes = table(rsdp.response->address);
    check(starts_with(bytes, "RSD PTR ") && sum_is_zero(bytes, 20), "RSDP: is one");
}

static void check_smbios(void)
{
    check(expected("smbios", smbios.response), "SMBIOS: answered where there is one");
    if (!smbios.response)
        return;
    uint64_t entry_32 = smbios.response->entry_32, entry_64 = smbios.response->entry_64;
    check(entry_32 || entry_64, "SMBIOS: has an entry point");
    check((!entry_32 || starts_with(table(entry_32), "_SM_")) &&
              (!entry_64 || starts_with(table(entry_64), "_SM3_")),
          "SMBIOS: anchors are there");
}

static void check_efi(void)
{
    check(expected("efi", efi_system_table.response), "EFI: answered where there is one");
    check((efi_system_table.response != NULL) == (efi_memmap.response != NULL),
          "EFI: system table and memory map come together");
    if (!efi_system_table.response || !efi_memmap.response)
        return;
    check(starts_with(table(efi_system_table.response->address), "IBI SYST"),
          "EFI: system table is one");
    const struct limine_efi_memmap_response *map = efi_memmap.response;
    check(map->desc_size >= 40 && map->memmap_size % map->desc_size == 0 && map->memmap_size,
          "EFI: memory map has whole descriptors");
    if (own_loader)
        check(is_in(map->memmap, map->memmap_size, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE),
              "EFI: memory map in reclaimable memory");
}

static void check_dtb(void)
{
    check(expected("dtb", dtb.response), "DTB: answered where there is one");
    if (!dtb.response)
        return;
    const uint8_t *blob = dtb.response->dtb_ptr;
    check(starts_with(blob, "\xd0\x0d\xfe\xed"), "DTB: is one");
    uint64_t size = (uint64_t)blob[4] << 24 | blob[5] << 16 | blob[6] << 8 | blob[7];
    check(is_in(blob, size, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE), "DTB: in reclaimable memory");
}

void check_tables(void)
{
    check_acpi();
    check_smbios();
    check_efi();
    check_dtb();
}
