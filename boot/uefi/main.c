/*
 * The EFI application: configuration, kernel and modules from the volume that it was loaded from,
 * then the core's two halves with the end of the boot services between them.
 */
#include "core/arch.h"
#include "core/frontend.h"
#include "core/report.h"
#include "core/string.h"
#include "uefi/uefi.h"

struct firmware firmware;

static struct machine machine;
static struct kernel kernel;
static struct config config;

static void load_config(void)
{
    static const char places[][32] = {"/limine.conf", "/limine/limine.conf", "/boot/limine.conf",
                                      "/boot/limine/limine.conf", "/EFI/BOOT/limine.conf"};
    const char *text = NULL;
    struct error error;
    uint64_t size = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(places) && !text; i++)
        file_read_text(places[i], &text, &size);
    if (!text)
        fail("limine.conf: not found in /, /limine, /boot, /boot/limine or /EFI/BOOT");
    if (size > MIB)
        fail("limine.conf: %lu bytes are too many", (unsigned long)size);
    uint64_t room = 2 * size + 64 * KIB;
    char *storage = phys_ptr(front_alloc(room, PAGE_SIZE, FRONT_ANYWHERE,
                                         LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "limine.conf"));
    if (config_parse(&config, "limine.conf", arch_name(), text, size, storage, room, &error))
        fail("%s", error.text);
}

/* Reads a file that the configuration names, or stops the machine with the line that did. */
static struct boot_file load_file(const char *path, unsigned line, uint32_t type)
{
    struct error error;
    struct boot_file file;
    const char *resolved = config_resolve(&config, path, line, &error);
    if (!resolved)
        fail("%s", error.text);
    if (config.verbose)
        report("loading %s", path);
    if (!file_read(resolved, type, &file))
        fail("%s:%u: %s: no such file", config.name, line, path);
    return file;
}

static void load_modules(const struct config_entry *entry)
{
    if (entry->nr_modules == 0)
        return;
    uint64_t size = entry->nr_modules * sizeof(struct boot_file);
    machine.modules = phys_ptr(front_alloc(ROUND_UP(size, PAGE_SIZE), PAGE_SIZE, FRONT_ANYWHERE,
                                           LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "modules"));
    for (unsigned i = 0; i < entry->nr_modules; i++) {
        const struct config_module *wanted = &config.modules[entry->first_module + i];
        machine.modules[i] = load_file(wanted->path, wanted->line, MODULE_TYPE);
        machine.modules[i].cmdline = wanted->cmdline;
        machine.nr_modules++;
    }
}

static void load_entry(const struct config_entry *entry)
{
    struct error error;
    if (config_check_entry(&config, entry, &error))
        fail("%s", error.text);
    machine.kernel = load_file(entry->kernel_path, entry->kernel_line, KERNEL_FILE_TYPE);
    machine.kernel.cmdline = entry->cmdline;
    machine.paging_min = entry->paging_min;
    machine.paging_max = entry->paging_max;
    load_modules(entry);
}

/* The kernel's directory with a relative path behind it. */
bool front_open_beside_kernel(const char *path, struct boot_file *file)
{
    char joined[256];
    size_t length = strlen(machine.kernel.path);
    while (length && machine.kernel.path[length - 1] != '/')
        length--;
    while (*path == '/')
        path++;
    if (length + strlen(path) >= sizeof(joined))
        fail("%s: the path is too long", path);
    memcpy(joined, machine.kernel.path, length);
    format(joined + length, sizeof(joined) - length, "%s", path);
    if (!file_read(joined, MODULE_TYPE, file))
        return false;
    size_t size = strlen(joined) + 1;
    char *kept = phys_ptr(front_alloc(ROUND_UP(size, PAGE_SIZE), PAGE_SIZE, FRONT_ANYWHERE,
                                      LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "a path"));
    file->path = memcpy(kept, joined, size);
    return true;
}

static noreturn void boot_entry(const struct config_entry *entry)
{
    load_entry(entry);
    tables_discover(&machine);
    if (entry->dtb_path) {
        struct boot_file dtb = load_file(entry->dtb_path, entry->dtb_line, KERNEL_FILE_TYPE);
        tables_replace_dtb(&machine, dtb.data, dtb.size);
    }
    graphics_discover(&machine, &entry->resolution);
    memory_read(&machine);
    boot_begin(&kernel, &machine);
    clock_read(&machine.time);
    memory_exit(&machine);
    arch_interrupts_off();
    arch_serial_open(tables_device(FDT_PL011));
    if (!machine.time.known)
        arch_clock_read(tables_clock(), &machine.time);
    boot_finish(&kernel, &machine);
}

efi_status EFIAPI efi_main(efi_handle image, struct efi_system_table *table)
{
    firmware = (struct firmware){image, table, table->boot_services, table->runtime_services};
    firmware.boot_services->set_watchdog_timer(0, 0, 0, NULL);
    tables_open(&machine);
    files_open();
    load_config();
    boot_entry(menu_choose(&config));
}
