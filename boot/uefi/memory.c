/*
 * Memory while the firmware owns it, and the moment when it no longer does.
 *
 * Whatever we take is remembered with the type that the kernel is to see: the firmware's final map
 * only knows that it belongs to a loader.
 */
#include "core/frontend.h"
#include "core/report.h"
#include "uefi/uefi.h"

static struct memmap taken;

uint64_t front_alloc(uint64_t size, uint64_t align, uint64_t limit, uint32_t type, const char *what)
{
    uint64_t slack = align > PAGE_SIZE ? align - PAGE_SIZE : 0, address = limit - 1;
    uint32_t how = limit == FRONT_ANYWHERE ? EFI_ALLOCATE_ANY : EFI_ALLOCATE_MAX_ADDRESS;
    /* Below 1 MiB is for code that runs there while the firmware's page tables are in force. */
    uint32_t owner = limit <= MIB ? EFI_LOADER_CODE : EFI_LOADER_DATA;
    uint64_t nr_pages = (ROUND_UP(size, PAGE_SIZE) + slack) / PAGE_SIZE;
    if (firmware.boot_services->allocate_pages(how, owner, nr_pages, &address) || address == 0)
        fail("out of memory: %s needs %lu KiB", what, (unsigned long)(size / KIB));
    address = ROUND_UP(address, align);
    memmap_set(&taken, address, address + size, type);
    return address;
}

static uint32_t memory_type(uint32_t type)
{
    switch (type) {
    case EFI_LOADER_CODE:
    case EFI_LOADER_DATA:
    case EFI_BOOT_SERVICES_CODE:
    case EFI_BOOT_SERVICES_DATA:
        return LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE;
    case EFI_CONVENTIONAL:
        return LIMINE_MEMMAP_USABLE;
    case EFI_UNUSABLE:
        return LIMINE_MEMMAP_BAD_MEMORY;
    case EFI_ACPI_RECLAIM:
        return LIMINE_MEMMAP_ACPI_RECLAIMABLE;
    case EFI_ACPI_NVS:
        return LIMINE_MEMMAP_ACPI_NVS;
    default:
        return LIMINE_MEMMAP_RESERVED;
    }
}

static void convert_map(struct machine *machine)
{
    const struct limine_efi_memmap_response *from = &machine->efi_memmap;
    memmap_clear(&machine->memmap);
    for (uint64_t at = 0; at + from->desc_size <= from->memmap_size; at += from->desc_size) {
        const struct efi_memory_descriptor *range =
            (const void *)((const uint8_t *)from->memmap + at);
        memmap_add(&machine->memmap, range->physical_start, range->nr_pages * PAGE_SIZE,
                   memory_type(range->type));
    }
    tables_add_reserved(&machine->memmap);
    for (unsigned i = 0; i < taken.nr; i++)
        memmap_set(&machine->memmap, taken.entries[i].base, taken.entries[i].end,
                   taken.entries[i].type);
    const struct limine_framebuffer *framebuffer = &machine->framebuffer;
    uint64_t base = ptr_phys(framebuffer->address);
    memmap_set(&machine->memmap, base, base + framebuffer->pitch * framebuffer->height,
               LIMINE_MEMMAP_FRAMEBUFFER);
    machine->memmap.overflow |= taken.overflow;
}

/* The buffer must be there before the map is asked for: taking memory changes the map. */
static struct {
    void *map;
    uint64_t size;
} buffer;

static void make_buffer(void)
{
    uint64_t size = 0, key, descriptor_size = sizeof(struct efi_memory_descriptor);
    uint32_t version;
    if (buffer.map)
        return;
    firmware.boot_services->get_memory_map(&size, NULL, &key, &descriptor_size, &version);
    buffer.size = ROUND_UP(size + 256 * descriptor_size, PAGE_SIZE);
    buffer.map = phys_ptr(front_alloc(buffer.size, PAGE_SIZE, FRONT_ANYWHERE,
                                      LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "the EFI memory map"));
}

/* Returns the map's key. */
static uint64_t read_map(struct limine_efi_memmap_response *to)
{
    uint64_t key, size = buffer.size, descriptor_size;
    uint32_t version;
    efi_status status =
        firmware.boot_services->get_memory_map(&size, buffer.map, &key, &descriptor_size, &version);
    if (status)
        fail("the firmware gives no memory map (status %lx)",
             (unsigned long)(status & ~EFI_ERROR_BIT));
    *to = (struct limine_efi_memmap_response){0, buffer.map, size, descriptor_size, version};
    return key;
}

void memory_read(struct machine *machine)
{
    make_buffer();
    read_map(&machine->efi_memmap);
    convert_map(machine);
}

/*
 * The key is stale when anything changed the map since; the specification (7.4.6) then allows no
 * other service than asking for the map again.
 */
void memory_exit(struct machine *machine)
{
    efi_status status = EFI_INVALID_PARAMETER;
    for (unsigned tries = 0; tries < 16 && status == EFI_INVALID_PARAMETER; tries++) {
        uint64_t key = read_map(&machine->efi_memmap);
        status = firmware.boot_services->exit_boot_services(firmware.image, key);
    }
    if (status)
        fail("the firmware doesn't let go (status %lx)", (unsigned long)(status & ~EFI_ERROR_BIT));
    firmware.boot_services = NULL;
    convert_map(machine);
}
