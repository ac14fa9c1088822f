/*
 * One function for each request. A response that the machine can't fill in is not made. All
 * pointers in responses are HHDM addresses: `hhdm` is added where one is stored.
 */
#include "core/answers.h"
#include "core/frontend.h"
#include "core/string.h"

/* What every answer needs. */
struct answer {
    struct kernel *kernel;
    const struct machine *machine;
    uint64_t hhdm;
};

/* NULL stays NULL. */
static void *as_seen(const struct answer *answer, const void *pointer)
{
    return pointer ? phys_ptr(ptr_phys(pointer) + answer->hhdm) : NULL;
}

/* From base revision 3 on some addresses stay physical. */
static uint64_t table_address(const struct answer *answer, uint64_t address)
{
    bool physical = address == 0 || answer->kernel->requests.revision >= 3;
    return physical ? address : address + answer->hhdm;
}

/* Makes a zeroed response and stores it in the request; NULL when the kernel didn't ask. */
static void *respond(struct answer *answer, enum request which, uint64_t size)
{
    struct limine_request *request = answer->kernel->requests.at[which];
    if (!request)
        return NULL;
    void *response = arena_alloc(&answer->kernel->arena, size, 8);
    request->response = as_seen(answer, response);
    return response;
}

static char *string_for(struct answer *answer, const char *string)
{
    return as_seen(answer, arena_string(&answer->kernel->arena, string));
}

static void answer_loader(struct answer *answer)
{
    struct limine_bootloader_info_response *info =
        respond(answer, REQUEST_BOOTLOADER_INFO, sizeof(*info));
    if (info) {
        info->name = string_for(answer, BOOT_NAME);
        info->version = string_for(answer, BOOT_VERSION);
    }
    if (answer->machine->firmware_type >= 0) {
        struct limine_firmware_type_response *type =
            respond(answer, REQUEST_FIRMWARE_TYPE, sizeof(*type));
        if (type)
            type->firmware_type = (uint64_t)answer->machine->firmware_type;
    }
    respond(answer, REQUEST_STACK_SIZE, sizeof(struct limine_stack_size_response));
    respond(answer, REQUEST_ENTRY_POINT, sizeof(struct limine_entry_point_response));
}

static void answer_memory(struct answer *answer)
{
    const struct elf_image *image = &answer->kernel->image;
    struct limine_hhdm_response *direct = respond(answer, REQUEST_HHDM, sizeof(*direct));
    if (direct)
        direct->offset = answer->hhdm;
    struct limine_paging_mode_response *mode = respond(answer, REQUEST_PAGING_MODE, sizeof(*mode));
    if (mode)
        mode->mode = answer->kernel->mode;
    struct limine_executable_address_response *address =
        respond(answer, REQUEST_EXECUTABLE_ADDRESS, sizeof(*address));
    if (address) {
        address->physical_base = image->physical_base;
        address->virtual_base = image->virtual_base;
    }
}

static struct limine_file *make_file(struct answer *answer, const struct boot_file *from)
{
    struct limine_file *file = arena_alloc(&answer->kernel->arena, sizeof(*file), 8);
    file->address = as_seen(answer, from->data);
    file->size = from->size;
    file->path = string_for(answer, from->path);
    file->cmdline = string_for(answer, from->cmdline);
    file->media_type = LIMINE_MEDIA_TYPE_GENERIC;
    file->partition_index = from->partition_index;
    file->gpt_disk_uuid = from->disk_uuid;
    file->gpt_part_uuid = from->partition_uuid;
    return file;
}

static void answer_executable(struct answer *answer)
{
    struct limine_file *file = make_file(answer, &answer->machine->kernel);
    struct limine_executable_file_response *executable =
        respond(answer, REQUEST_EXECUTABLE_FILE, sizeof(*executable));
    if (executable)
        executable->executable_file = as_seen(answer, file);
    struct limine_executable_cmdline_response *cmdline =
        respond(answer, REQUEST_EXECUTABLE_CMDLINE, sizeof(*cmdline));
    if (cmdline)
        cmdline->cmdline = file->cmdline;
}

static void answer_modules(struct answer *answer)
{
    struct kernel *kernel = answer->kernel;
    if (kernel->nr_modules == 0)
        return;
    struct limine_module_response *response = respond(answer, REQUEST_MODULE, sizeof(*response));
    if (!response)
        return;
    struct limine_file **list = arena_alloc(&kernel->arena, kernel->nr_modules * sizeof(*list), 8);
    for (unsigned i = 0; i < kernel->nr_modules; i++)
        list[i] = as_seen(answer, make_file(answer, &kernel->modules[i]));
    response->revision = 1; /* internal modules are honoured */
    response->module_count = kernel->nr_modules;
    response->modules = as_seen(answer, list);
}

/* Modes are in the front end's memory; each becomes an object of its own. */
static void answer_framebuffer(struct answer *answer)
{
    const struct limine_framebuffer *from = &answer->machine->framebuffer;
    struct arena *arena = &answer->kernel->arena;
    if (from->width == 0)
        return;
    struct limine_framebuffer_response *response =
        respond(answer, REQUEST_FRAMEBUFFER, sizeof(*response));
    if (!response)
        return;
    struct limine_framebuffer *framebuffer = arena_alloc(arena, sizeof(*framebuffer), 8);
    struct limine_framebuffer **list = arena_alloc(arena, sizeof(*list), 8);
    struct limine_video_mode **modes = arena_alloc(arena, from->mode_count * sizeof(*modes) + 8, 8);
    *framebuffer = *from;
    for (uint64_t i = 0; i < from->mode_count; i++) {
        struct limine_video_mode *mode = arena_alloc(arena, sizeof(*mode), 8);
        *mode = *from->modes[i];
        modes[i] = as_seen(answer, mode);
    }
    framebuffer->address = as_seen(answer, from->address);
    framebuffer->modes = as_seen(answer, modes);
    list[0] = as_seen(answer, framebuffer);
    response->revision = 1; /* modes are there */
    response->framebuffer_count = 1;
    response->framebuffers = as_seen(answer, list);
}

static void answer_firmware_tables(struct answer *answer)
{
    const struct machine *machine = answer->machine;
    if (machine->rsdp) {
        struct limine_rsdp_response *rsdp = respond(answer, REQUEST_RSDP, sizeof(*rsdp));
        if (rsdp)
            rsdp->address = table_address(answer, machine->rsdp);
    }
    if (machine->smbios_32 || machine->smbios_64) {
        struct limine_smbios_response *smbios = respond(answer, REQUEST_SMBIOS, sizeof(*smbios));
        if (smbios) {
            smbios->entry_32 = table_address(answer, machine->smbios_32);
            smbios->entry_64 = table_address(answer, machine->smbios_64);
        }
    }
    if (machine->efi_system_table) {
        struct limine_efi_system_table_response *table =
            respond(answer, REQUEST_EFI_SYSTEM_TABLE, sizeof(*table));
        if (table)
            table->address = table_address(answer, machine->efi_system_table);
    }
}

/* Both are copied: the originals may be anywhere, and base revision 3 maps less than everything. */
static void answer_firmware_blobs(struct answer *answer)
{
    const struct machine *machine = answer->machine;
    struct arena *arena = &answer->kernel->arena;
    if (machine->efi_memmap.memmap_size) {
        struct limine_efi_memmap_response *map = respond(answer, REQUEST_EFI_MEMMAP, sizeof(*map));
        if (map) {
            void *copy = arena_alloc(arena, machine->efi_memmap.memmap_size, 8);
            *map = machine->efi_memmap;
            map->memmap = as_seen(
                answer, memcpy(copy, machine->efi_memmap.memmap, machine->efi_memmap.memmap_size));
        }
    }
    if (machine->dtb) {
        struct limine_dtb_response *dtb = respond(answer, REQUEST_DTB, sizeof(*dtb));
        if (dtb)
            dtb->dtb_ptr = as_seen(answer, memcpy(arena_alloc(arena, machine->dtb_size, 8),
                                                  machine->dtb, machine->dtb_size));
    }
}

static void answer_time_and_core(struct answer *answer)
{
    const struct machine *machine = answer->machine;
    if (machine->time.known) {
        struct limine_date_at_boot_response *date =
            respond(answer, REQUEST_DATE_AT_BOOT, sizeof(*date));
        if (date)
            date->timestamp = machine->time.seconds;
    }
    if (machine->has_hart_id) {
        struct limine_riscv_bsp_hartid_response *hart =
            respond(answer, REQUEST_RISCV_BSP_HARTID, sizeof(*hart));
        if (hart)
            hart->bsp_hartid = machine->boot_core;
    }
    if (handover.el2_stub) {
        struct limine_bactrian_el2_response *el2 =
            respond(answer, REQUEST_BACTRIAN_EL2, sizeof(*el2));
        if (el2) {
            el2->version = LIMINE_EL2_STUB_VERSION;
            el2->base = handover.el2_stub;
            el2->length = PAGE_SIZE;
        }
    }
}

static void answer_memmap(struct answer *answer, struct memmap *map)
{
    struct arena *arena = &answer->kernel->arena;
    struct limine_memmap_response *response = respond(answer, REQUEST_MEMMAP, sizeof(*response));
    uint64_t size = sizeof(struct limine_memmap_entry);
    struct limine_memmap_entry **list = arena_alloc(arena, MEMMAP_MAX * sizeof(*list), 8);
    struct limine_memmap_entry *entries = arena_alloc(arena, MEMMAP_MAX * size, 8);
    memmap_retype(map, MEMMAP_BORROWED, LIMINE_MEMMAP_USABLE);
    memmap_set(map, ROUND_UP(arena->next, PAGE_SIZE), arena->end, LIMINE_MEMMAP_USABLE);
    if (!response)
        return;
    for (unsigned i = 0; i < map->nr; i++) {
        const struct memmap_entry *from = &map->entries[i];
        entries[i] = (struct limine_memmap_entry){from->base, from->end - from->base, from->type};
        list[i] = as_seen(answer, &entries[i]);
    }
    response->entry_count = map->nr;
    response->entries = as_seen(answer, list);
}

void answer_requests(struct kernel *kernel, struct machine *machine, uint64_t hhdm)
{
    struct answer answer = {.kernel = kernel, .machine = machine, .hhdm = hhdm};
    answer_loader(&answer);
    answer_memory(&answer);
    answer_executable(&answer);
    answer_modules(&answer);
    answer_framebuffer(&answer);
    answer_firmware_tables(&answer);
    answer_firmware_blobs(&answer);
    answer_time_and_core(&answer);
    answer_memmap(&answer, &machine->memmap);
}
