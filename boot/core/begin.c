/* The first half: the kernel in memory, its wishes known, and memory reserved for the second. */
#include "core/arch.h"
#include "core/boot.h"
#include "core/frontend.h"
#include "core/report.h"
#include "core/string.h"

#define STACK_SIZE_MIN (64 * KIB)
#define STACK_SIZE_MAX (64 * MIB)

static void load_image(struct kernel *kernel, const struct machine *machine)
{
    struct error error;
    const struct boot_file *file = &machine->kernel;
    struct elf_image *image = &kernel->image;
    if (elf_open(image, file->path, file->data, file->size, arch_elf_machine(), &error))
        fail("%s", error.text);
    uint64_t base = front_alloc(image->size, image->align, FRONT_ANYWHERE,
                                LIMINE_MEMMAP_EXECUTABLE_AND_MODULES, "the kernel");
    if (elf_load(image, base, &error) || requests_find(&kernel->requests, image, &error))
        fail("%s", error.text);
    const struct limine_entry_point_request *entry = kernel->requests.at[REQUEST_ENTRY_POINT];
    if (entry)
        image->entry = ptr_phys((const void *)(uintptr_t)entry->entry);
    if (!elf_executable(image, image->entry))
        fail("%s: its entry point 0x%lx is not in an executable segment", file->path,
             (unsigned long)image->entry);
}

/* The wanted mode, else the next lower ones, else the next higher ones, within the limits. */
static void choose_mode(struct kernel *kernel, const struct machine *machine)
{
    const struct limine_paging_mode_request *request = kernel->requests.at[REQUEST_PAGING_MODE];
    uint64_t wanted = request ? request->mode : arch_mode_default(), most = wanted, least = 0;
    if (request && request->revision >= 1) {
        most = request->max_mode;
        least = request->min_mode;
    }
    if (machine->paging_max >= 0)
        most = min_u64(most, (uint64_t)machine->paging_max);
    if (machine->paging_min >= 0)
        least = max_u64(least, (uint64_t)machine->paging_min);
    most = min_u64(most, arch_mode_max());
    wanted = min_u64(wanted, most);
    for (uint64_t mode = wanted + 1; mode-- > least;) {
        if (arch_mode_available((unsigned)mode)) {
            kernel->mode = (unsigned)mode;
            return;
        }
    }
    for (uint64_t mode = max_u64(wanted + 1, least); mode <= most; mode++) {
        if (arch_mode_available((unsigned)mode)) {
            kernel->mode = (unsigned)mode;
            return;
        }
    }
    fail("%s: wants paging mode %lu to %lu, which this machine has not", kernel->image.name,
         (unsigned long)least, (unsigned long)most);
}

static void choose_stack_size(struct kernel *kernel)
{
    const struct limine_stack_size_request *request = kernel->requests.at[REQUEST_STACK_SIZE];
    uint64_t wanted = request ? request->stack_size : 0;
    if (wanted > STACK_SIZE_MAX)
        fail("%s: asks for stacks of %lu bytes", kernel->image.name, (unsigned long)wanted);
    kernel->stack_size = ROUND_UP(max_u64(wanted, STACK_SIZE_MIN), PAGE_SIZE);
}

/* A pointer inside the kernel's image, as the kernel sees it. */
static void *kernel_pointer(const struct kernel *kernel, const void *pointer, uint64_t size)
{
    void *found = elf_address(&kernel->image, ptr_phys(pointer), size);
    if (!found)
        fail("%s: a request points to 0x%lx, outside of the image", kernel->image.name,
             (unsigned long)ptr_phys(pointer));
    return found;
}

/* A string of the kernel's: it must end inside the image. */
static const char *kernel_string(const struct kernel *kernel, const char *pointer)
{
    const struct elf_image *image = &kernel->image;
    const char *string = kernel_pointer(kernel, pointer, 1);
    uint64_t left = image->physical_base + image->size - ptr_phys(string);
    if (strnlen(string, left) == left)
        fail("%s: a request's string is not terminated", image->name);
    return string;
}

static bool load_internal(const struct kernel *kernel, const struct limine_internal_module *wish,
                          struct boot_file *file)
{
    const char *path = kernel_string(kernel, wish->path);
    if (wish->flags & LIMINE_INTERNAL_MODULE_COMPRESSED)
        fail("%s: wants the module %s decompressed, which is not supported", kernel->image.name,
             path);
    if (!front_open_beside_kernel(path, file)) {
        if (wish->flags & LIMINE_INTERNAL_MODULE_REQUIRED)
            fail("%s: needs the module %s, which is missing", kernel->image.name, path);
        return false;
    }
    file->cmdline = wish->cmdline ? kernel_string(kernel, wish->cmdline) : "";
    return true;
}

#define INTERNAL_MODULES_MAX 256

/* Puts the kernel's internal modules before those of the configuration. */
static void load_modules(struct kernel *kernel, const struct machine *machine)
{
    const struct limine_module_request *request = kernel->requests.at[REQUEST_MODULE];
    uint64_t nr_wishes = request && request->revision >= 1 ? request->internal_module_count : 0;
    if (nr_wishes > INTERNAL_MODULES_MAX)
        fail("%s: wants %lu internal modules", kernel->image.name, (unsigned long)nr_wishes);
    uint64_t size = (nr_wishes + machine->nr_modules) * sizeof(struct boot_file);
    if (size == 0)
        return;
    kernel->modules = phys_ptr(front_alloc(ROUND_UP(size, PAGE_SIZE), PAGE_SIZE, FRONT_ANYWHERE,
                                           LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "modules"));
    for (uint64_t i = 0; i < nr_wishes; i++) {
        struct limine_internal_module *const *list =
            kernel_pointer(kernel, request->internal_modules, nr_wishes * sizeof(void *));
        if (load_internal(kernel, kernel_pointer(kernel, list[i], sizeof(*list[i])),
                          &kernel->modules[kernel->nr_modules]))
            kernel->nr_modules++;
    }
    for (unsigned i = 0; i < machine->nr_modules; i++)
        kernel->modules[kernel->nr_modules++] = machine->modules[i];
}

/* Page tables for the HHDM; the map may still change a little before boot_finish(). */
static uint64_t tables_cost(const struct kernel *kernel, const struct memmap *map)
{
    const struct elf_image *image = &kernel->image;
    uint64_t cost = paging_cost(4 * GIB) + 64 * PAGE_SIZE, base = 0, end = 0;
    for (unsigned i = 0; i < map->nr; i++) {
        const struct memmap_entry *entry = &map->entries[i];
        if (entry->base > end) {
            cost += 2 * paging_cost(end - base); /* twice: base revision 0 maps it twice */
            base = entry->base;
        }
        end = entry->end;
    }
    cost += 2 * paging_cost(end - base);
    for (unsigned i = 0; i < image->nr_parts; i++)
        cost += paging_cost(image->parts[i].memsz) + image->parts[i].memsz / 512;
    return cost;
}

static uint64_t answers_cost(const struct kernel *kernel, const struct machine *machine)
{
    uint64_t cost = 64 * KIB + strlen(machine->kernel.path) + strlen(machine->kernel.cmdline);
    cost += MEMMAP_MAX * (sizeof(struct limine_memmap_entry) + sizeof(void *));
    cost += sizeof(struct memmap);
    cost += machine->dtb_size + machine->efi_memmap.memmap_size;
    cost += machine->framebuffer.mode_count * 64;
    cost += machine->nr_cores * (kernel->stack_size + sizeof(struct core_start) +
                                 sizeof(struct limine_mp_info) + sizeof(void *) + 64);
    for (unsigned i = 0; i < kernel->nr_modules; i++)
        cost += sizeof(struct limine_file) + 64 + strlen(kernel->modules[i].path) +
                strlen(kernel->modules[i].cmdline);
    return cost;
}

static void take_arena(struct kernel *kernel, const struct machine *machine)
{
    uint64_t size = tables_cost(kernel, &machine->memmap) + answers_cost(kernel, machine);
    size = ROUND_UP(size, PAGE_SIZE);
    uint64_t base = front_alloc(size, PAGE_SIZE, arch_tables_limit(),
                                LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "boot tables");
    kernel->arena = (struct arena){base, base + size, base};
}

void boot_begin(struct kernel *kernel, struct machine *machine)
{
    load_image(kernel, machine);
    choose_mode(kernel, machine);
    choose_stack_size(kernel);
    load_modules(kernel, machine);
    arch_reserve(&handover);
    take_arena(kernel, machine);
}
