/*
 * The direct front end's portable part: finds kernel and modules in the initrd, owns the memory
 * map, and runs the core's two halves one after the other, since there is no firmware to leave.
 */
#include "direct/direct.h"
#include "core/arch.h"
#include "core/boot.h"
#include "core/frontend.h"
#include "core/report.h"
#include "core/string.h"
#include "core/ustar.h"

static struct machine machine;
static struct direct direct;
static struct kernel kernel;

void console_write(const char *text)
{
    arch_serial_write(text);
}

noreturn void machine_stop(void)
{
    arch_exit_failed(direct.exit);
    arch_power_off(&machine);
}

uint64_t front_alloc(uint64_t size, uint64_t align, uint64_t limit, uint32_t type, const char *what)
{
    limit = min_u64(limit, direct.memory_limit);
    uint64_t base = memmap_alloc(&machine.memmap, size, align, limit, type);
    if (!base)
        fail("out of memory: %s needs %lu KiB", what, (unsigned long)(size / KIB));
    return base;
}

/* Files must lie on pages of their own: they are copied out of the archive. */
static struct boot_file copy_file(const struct ustar_file *from, uint32_t type)
{
    uint64_t size = ROUND_UP(max_u64(from->size, 1), PAGE_SIZE), length = strlen(from->path) + 1;
    uint8_t *to = phys_ptr(front_alloc(size + ROUND_UP(length, PAGE_SIZE), PAGE_SIZE,
                                       FRONT_ANYWHERE, type, from->path));
    memcpy(to, from->data, from->size);
    memset(to + from->size, 0, size - from->size);
    return (struct boot_file){.data = to,
                              .size = from->size,
                              .path = memcpy(to + size, from->path, length),
                              .cmdline = ""};
}

/* The archive's next file; stops the machine at damage. */
static bool next_file(struct ustar *archive, struct ustar_file *file)
{
    struct error error;
    int found = ustar_next(archive, file, &error);
    if (found < 0)
        fail("initrd: %s", error.text);
    return found > 0;
}

static bool is_kernel(const struct ustar_file *file)
{
    return string_equal(file->path, "/kernel.elf");
}

static unsigned count_modules(void)
{
    struct ustar archive;
    struct ustar_file file;
    unsigned nr = 0;
    ustar_open(&archive, direct.initrd, direct.initrd_size);
    while (next_file(&archive, &file))
        nr += !is_kernel(&file);
    return nr;
}

static void load_archive(void)
{
    struct ustar archive;
    struct ustar_file file;
    uint64_t size = count_modules() * sizeof(struct boot_file);
    if (size)
        machine.modules =
            phys_ptr(front_alloc(ROUND_UP(size, PAGE_SIZE), PAGE_SIZE, FRONT_ANYWHERE,
                                 LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "the list of modules"));
    ustar_open(&archive, direct.initrd, direct.initrd_size);
    while (next_file(&archive, &file)) {
        if (!is_kernel(&file))
            machine.modules[machine.nr_modules++] = copy_file(&file, MODULE_TYPE);
        else if (!machine.kernel.data)
            machine.kernel = copy_file(&file, KERNEL_FILE_TYPE);
    }
    if (!machine.kernel.data)
        fail("initrd: the archive holds no kernel.elf");
}

static void load_initrd(void)
{
    if (direct.initrd_size == 0)
        fail("no initrd: start QEMU with -initrd and an archive that holds kernel.elf");
    if (ustar_detect(direct.initrd, direct.initrd_size)) {
        load_archive();
    } else {
        struct ustar_file file = {"/kernel.elf", direct.initrd, direct.initrd_size};
        machine.kernel = copy_file(&file, KERNEL_FILE_TYPE);
    }
    machine.kernel.cmdline = direct.cmdline;
}

bool front_open_beside_kernel(const char *path, struct boot_file *found)
{
    struct ustar archive;
    struct ustar_file file;
    while (*path == '/')
        path++;
    if (!ustar_detect(direct.initrd, direct.initrd_size))
        return false;
    ustar_open(&archive, direct.initrd, direct.initrd_size);
    while (next_file(&archive, &file)) {
        if (string_equal(file.path + 1, path)) {
            *found = copy_file(&file, MODULE_TYPE);
            return true;
        }
    }
    return false;
}

noreturn void direct_main(uint64_t boot_core, uint64_t information)
{
    arch_serial_open(0);
    direct.memory_limit = UINT64_MAX;
    direct.cmdline = "";
    machine.firmware_type = -1;
    machine.paging_min = machine.paging_max = -1;
    direct_discover(&machine, &direct, boot_core, information);
    load_initrd();
    arch_clock_read(direct.clock, &machine.time);
    boot_begin(&kernel, &machine);
    boot_finish(&kernel, &machine);
}
