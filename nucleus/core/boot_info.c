/* boot_info.c: the Limine requests, and their answers copied out of the loader's memory. */
#include "boot_info.h"
#include "discover.h"
#include "errno.h"
#include "frames.h"
#include "kspace.h"
#include "boot_arch.h"
#include "console.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"

#define REQUEST       __attribute__((section(".limine_requests"), used))
#define BASE_REVISION 3

REQUEST static volatile uint64_t base_revision[3] = LIMINE_BASE_REVISION(BASE_REVISION);
REQUEST static volatile struct limine_bootloader_info_request loader_request = {
    LIMINE_BOOTLOADER_INFO_REQUEST, 0, 0};
REQUEST static volatile struct limine_stack_size_request stack_request = {LIMINE_STACK_SIZE_REQUEST,
                                                                          0, 0, 65536};
REQUEST static volatile struct limine_hhdm_request hhdm_request = {LIMINE_HHDM_REQUEST, 0, 0};
REQUEST static volatile struct limine_memmap_request memmap_request = {LIMINE_MEMMAP_REQUEST, 0, 0};
REQUEST static volatile struct limine_framebuffer_request framebuffer_request = {
    LIMINE_FRAMEBUFFER_REQUEST, 0, 0};
REQUEST static volatile struct limine_paging_mode_request paging_request = {
    LIMINE_PAGING_MODE_REQUEST, 0, 0, PAGING_MODE_WANTED, 0, 0};
REQUEST static volatile struct limine_mp_request mp_request = {LIMINE_MP_REQUEST, 0, 0, 0};
REQUEST static volatile struct limine_executable_file_request file_request = {
    LIMINE_EXECUTABLE_FILE_REQUEST, 0, 0};
REQUEST static volatile struct limine_executable_address_request address_request = {
    LIMINE_EXECUTABLE_ADDRESS_REQUEST, 0, 0};
REQUEST static volatile struct limine_module_request module_request = {LIMINE_MODULE_REQUEST, 0, 0,
                                                                       0, 0};
REQUEST static volatile struct limine_rsdp_request rsdp_request = {LIMINE_RSDP_REQUEST, 0, 0};
REQUEST static volatile struct limine_smbios_request smbios_request = {LIMINE_SMBIOS_REQUEST, 0, 0};
REQUEST static volatile struct limine_efi_system_table_request efi_request = {
    LIMINE_EFI_SYSTEM_TABLE_REQUEST, 0, 0};
REQUEST static volatile struct limine_dtb_request dtb_request = {LIMINE_DTB_REQUEST, 0, 0};
REQUEST static volatile struct limine_date_at_boot_request date_request = {
    LIMINE_DATE_AT_BOOT_REQUEST, 0, 0};
REQUEST static volatile struct limine_bactrian_el2_request el2_request = {
    LIMINE_BACTRIAN_EL2_REQUEST, 0, 0};

struct boot_info boot_info;

static void copy_string(char *to, const char *from, size_t size)
{
    size_t n = from ? MIN(strlen(from), size - 1) : 0;
    memcpy(to, from, n);
    to[n] = '\0';
}

/* Before base revision 3 tables are named by their HHDM addresses. */
static phys_t physical(uint64_t address)
{
    return address >= hhdm_offset ? address - hhdm_offset : address;
}

static void copy_memory_map(void)
{
    const struct limine_memmap_response *map = memmap_request.response;
    for (uint64_t i = 0; i < map->entry_count && boot_info.nr_memory < BOOT_MEMORY_MAX; i++) {
        const struct limine_memmap_entry *e = map->entries[i];
        boot_info.memory[boot_info.nr_memory++] =
            (struct boot_memory){e->base, e->base + e->length, (uint32_t)e->type};
    }
}

static void copy_modules(void)
{
    const struct limine_module_response *modules = module_request.response;
    for (uint64_t i = 0; modules && i < modules->module_count && i < BOOT_MODULES_MAX; i++) {
        const struct limine_file *f = modules->modules[i];
        struct boot_module *m = &boot_info.module[boot_info.nr_modules++];
        m->base = virt_to_phys(f->address);
        m->size_bytes = f->size;
        copy_string(m->path, f->path, sizeof m->path);
        copy_string(m->string, f->cmdline, sizeof m->string);
    }
}

static void copy_framebuffer(void)
{
    const struct limine_framebuffer_response *r = framebuffer_request.response;
    if (r == NULL || r->framebuffer_count == 0)
        return;
    const struct limine_framebuffer *f = r->framebuffers[0];
    boot_info.framebuffer = (struct boot_framebuffer){virt_to_phys(f->address),
                                                      f->width,
                                                      f->height,
                                                      f->pitch,
                                                      f->bpp,
                                                      f->red_mask_shift,
                                                      f->red_mask_size,
                                                      f->green_mask_shift,
                                                      f->green_mask_size,
                                                      f->blue_mask_shift,
                                                      f->blue_mask_size};
}

static void copy_kernel_file(void)
{
    const struct limine_file *f = file_request.response->executable_file;
    boot_info.kernel_file = virt_to_phys(f->address);
    boot_info.kernel_file_size = f->size;
    copy_string(boot_info.command_line, f->cmdline, sizeof boot_info.command_line);
    /* It may lie in the loader's own memory; its symbols are wanted as long as we live. */
    boot_set_memory(boot_info.kernel_file, boot_info.kernel_file + f->size,
                    LIMINE_MEMMAP_EXECUTABLE_AND_MODULES);
}

static void copy_tables(void)
{
    if (rsdp_request.response)
        boot_info.rsdp = physical(rsdp_request.response->address);
    if (smbios_request.response)
        boot_info.smbios =
            physical(smbios_request.response->entry_64 ? smbios_request.response->entry_64
                                                       : smbios_request.response->entry_32);
    if (efi_request.response)
        boot_info.efi_system_table = physical(efi_request.response->address);
    if (dtb_request.response && dtb_request.response->dtb_ptr)
        boot_info.dtb = physical((uintptr_t)dtb_request.response->dtb_ptr);
    if (date_request.response)
        boot_info.boot_seconds = date_request.response->timestamp;
}

void boot_info_init(void)
{
    if (!hhdm_request.response || !memmap_request.response || !address_request.response ||
        !file_request.response)
        panic("the boot loader does not speak the Limine protocol (HHDM, memory map, executable "
              "file and address)");
    hhdm_offset = hhdm_request.response->offset;
    boot_info.base_revision = base_revision[2] == 0 ? BASE_REVISION : 2;
    boot_info.paging_mode =
        paging_request.response ? (uint32_t)paging_request.response->mode : PAGING_MODE_WANTED;
    boot_info.kernel_base = address_request.response->physical_base;
    boot_info.kernel_virtual = address_request.response->virtual_base;
    boot_info.nr_cores = mp_request.response ? (uint32_t)mp_request.response->cpu_count : 1;
    boot_info.el2_stub = el2_request.response != NULL;
    if (loader_request.response)
        format_string(boot_info.loader, sizeof boot_info.loader, "%s %s",
                      loader_request.response->name, loader_request.response->version);
    copy_memory_map();
    copy_modules();
    copy_framebuffer();
    copy_kernel_file();
    copy_tables();
}

/* ---- cores ---- */

uint64_t boot_core_hw_id(uint32_t index)
{
    return mp_request.response ? MP_HW_ID(mp_request.response->cpus[index]) : 0;
}

uint32_t boot_core_this(void)
{
    for (uint32_t i = 0; i < boot_info.nr_cores && mp_request.response; i++)
        if (boot_core_hw_id(i) == MP_BOOT_ID(mp_request.response))
            return i;
    return 0;
}

extern void core_entry(struct limine_mp_info *info); /* entry.S */

void boot_start_core(uint32_t index, struct core *core)
{
    struct limine_mp_info *info = mp_request.response->cpus[index];
    info->extra_argument = (uintptr_t)core;
    __atomic_store_n(&info->goto_address, core_entry, __ATOMIC_SEQ_CST);
}

/* ---- the command line ---- */

bool boot_option(const char *name, char *value, size_t size)
{
    size_t length = strlen(name);
    for (const char *at = boot_info.command_line; *at;) {
        const char *end = at;
        bool quoted = false;
        for (; *end && (*end != ' ' || quoted); end++)
            quoted ^= *end == '"';
        if ((size_t)(end - at) > length && memcmp(at, name, length) == 0 && at[length] == '=') {
            size_t n = 0;
            for (const char *p = at + length + 1; p < end && n + 1 < size; p++)
                if (*p != '"')
                    value[n++] = *p;
            value[n] = '\0';
            return true;
        }
        for (at = end; *at == ' ';)
            at++;
    }
    return false;
}

/* ---- memory ---- */

static void insert_memory(uint32_t at, struct boot_memory entry)
{
    if (entry.base >= entry.end)
        return;
    if (boot_info.nr_memory == BOOT_MEMORY_MAX)
        panic("the memory map has more than %d entries", BOOT_MEMORY_MAX);
    for (uint32_t i = boot_info.nr_memory++; i > at; i--)
        boot_info.memory[i] = boot_info.memory[i - 1];
    boot_info.memory[at] = entry;
}

/* Cuts [base, end) out of an entry: the part above becomes the next entry. */
static void cut_memory(uint32_t i, phys_t base, phys_t end)
{
    struct boot_memory *m = &boot_info.memory[i];
    if (m->end <= base || end <= m->base)
        return;
    struct boot_memory upper = {MAX(end, m->base), m->end, m->type};
    m->end = MAX(base, m->base);
    insert_memory(i + 1, upper);
}

void boot_set_memory(phys_t base, phys_t end, uint32_t type)
{
    base = ALIGN_DOWN(base, FRAME_SIZE);
    end = ALIGN_UP(end, FRAME_SIZE);
    uint32_t at = 0;
    for (uint32_t i = 0; i < boot_info.nr_memory; i++) {
        cut_memory(i, base, end);
        if (boot_info.memory[i].base < base)
            at = i + 1;
    }
    insert_memory(at, (struct boot_memory){base, end, type});
}

static void add_memory(uint32_t type)
{
    for (uint32_t i = 0; i < boot_info.nr_memory; i++)
        if (boot_info.memory[i].type == type)
            frames_add(boot_info.memory[i].base, boot_info.memory[i].end);
}

void boot_add_memory(void)
{
    add_memory(LIMINE_MEMMAP_USABLE);
}

void boot_reclaim(void)
{
    add_memory(LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
}

void boot_keep_dtb(uint64_t size)
{
    phys_t copy = boot_info.dtb ? frames_alloc_bytes(size) : 0;
    if (copy) {
        memcpy(phys_to_virt(copy), phys_to_virt(boot_info.dtb), size);
        boot_info.dtb_size = size;
    }
    boot_info.dtb = copy;
}
