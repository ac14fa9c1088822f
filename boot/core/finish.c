/* The second half: the kernel's address space, the answers, the other cores, and away. */
#include "core/answers.h"
#include "core/arch.h"
#include "core/boot.h"
#include "core/elf_format.h"
#include "core/report.h"
#include "core/string.h"

struct handover handover;

/* Types in the cover map below: what the HHDM shows, and how. */
#define COVER_NORMAL      0
#define COVER_FRAMEBUFFER 1

/* Which entries the HHDM shows depends on the base revision: see limine.h. */
static bool is_direct_mapped(const struct memmap_entry *entry, unsigned revision)
{
    switch (entry->type) {
    case LIMINE_MEMMAP_USABLE:
    case MEMMAP_BORROWED:
    case LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE:
    case LIMINE_MEMMAP_EXECUTABLE_AND_MODULES:
    case LIMINE_MEMMAP_FRAMEBUFFER:
        return true;
    case LIMINE_MEMMAP_RESERVED:
    case LIMINE_MEMMAP_BAD_MEMORY:
        return revision == 0;
    default:
        return revision <= 2;
    }
}

/* The cover map is in the arena: it is as large as the memory map itself. */
static struct memmap *direct_map_cover(struct kernel *kernel, const struct memmap *map)
{
    struct memmap *cover = arena_alloc(&kernel->arena, sizeof(*cover), 8);
    unsigned revision = kernel->requests.revision;
    memmap_clear(cover);
    if (revision <= 2)
        memmap_set(cover, 0, 4 * GIB, COVER_NORMAL);
    for (unsigned i = 0; i < map->nr; i++) {
        const struct memmap_entry *entry = &map->entries[i];
        if (is_direct_mapped(entry, revision))
            memmap_set(cover, entry->base, entry->end,
                       entry->type == LIMINE_MEMMAP_FRAMEBUFFER ? COVER_FRAMEBUFFER : COVER_NORMAL);
    }
    return cover;
}

static unsigned cover_flags(const struct memmap_entry *entry)
{
    return MAP_WRITE | MAP_EXECUTE | (entry->type == COVER_FRAMEBUFFER ? MAP_FRAMEBUFFER : 0);
}

static void map_direct(struct kernel *kernel, const struct memmap *map)
{
    const struct memmap *cover = direct_map_cover(kernel, map);
    for (unsigned i = 0; i < cover->nr; i++) {
        const struct memmap_entry *entry = &cover->entries[i];
        uint64_t size = entry->end - entry->base;
        if (entry->end > KERNEL_BASE_MIN - handover.hhdm)
            fail("memory at 0x%lx is out of reach in paging mode %u", (unsigned long)entry->base,
                 kernel->mode);
        paging_map(&kernel->paging, handover.kernel.high, handover.hhdm + entry->base, entry->base,
                   size, cover_flags(entry));
        if (kernel->requests.revision == 0) {
            uint64_t base = max_u64(entry->base, PAGE_SIZE); /* page 0 catches null pointers */
            paging_map(&kernel->paging, handover.kernel.low, base, base, entry->end - base,
                       cover_flags(entry));
        }
    }
}

/* Segments may share a page when their permissions are equal: it is mapped once. */
static void map_image(struct kernel *kernel)
{
    const struct elf_image *image = &kernel->image;
    for (uint64_t page = image->virtual_base; page - image->virtual_base < image->size;
         page += PAGE_SIZE) {
        for (unsigned i = 0; i < image->nr_parts; i++) {
            const struct elf_part *part = &image->parts[i];
            if (page + PAGE_SIZE <= part->vaddr || page >= part->vaddr + part->memsz)
                continue;
            unsigned flags = (part->flags & ELF_WRITE ? MAP_WRITE : 0) |
                             (part->flags & ELF_EXECUTE ? MAP_EXECUTE : 0);
            paging_map(&kernel->paging, handover.kernel.high, page,
                       page - image->virtual_base + image->physical_base, PAGE_SIZE, flags);
            break;
        }
    }
}

static void build_address_spaces(struct kernel *kernel, const struct memmap *map)
{
    handover.mode = kernel->mode;
    handover.hhdm = arch_mode_hhdm(kernel->mode);
    handover.entry = kernel->image.entry;
    kernel->paging = (struct paging){&kernel->arena, arch_mode_levels(kernel->mode)};
    handover.kernel = paging_create(&kernel->paging);
    map_direct(kernel, map);
    map_image(kernel);
    handover.enter = handover.kernel;
    if (kernel->requests.revision == 0)
        return; /* the kernel's own space maps everything one to one */
    handover.enter = paging_share_high(&kernel->paging, handover.kernel);
    paging_map(&kernel->paging, handover.enter.low, handover.identity_base, handover.identity_base,
               handover.identity_size, MAP_WRITE | MAP_EXECUTE);
}

static struct core_start *make_start(struct kernel *kernel, struct limine_mp_info *info)
{
    uint8_t *stack = arena_alloc(&kernel->arena, kernel->stack_size, PAGE_SIZE);
    struct core_start *start = arena_alloc(&kernel->arena, sizeof(*start), 64);
    start->stack_top = ptr_phys(stack) + kernel->stack_size + handover.hhdm;
    start->info = info ? ptr_phys(info) + handover.hhdm : 0;
    return start;
}

#define ARRIVAL_US 5000000 /* a loaded host can take long to run another core */

static bool start_core(struct kernel *kernel, const struct core *core, struct limine_mp_info *info)
{
    struct core_start *start = make_start(kernel, info);
    if (arch_core_start(&handover, core, start)) {
        for (unsigned us = 0; us < ARRIVAL_US; us += 10) {
            if (__atomic_load_n(&start->arrived, __ATOMIC_ACQUIRE))
                return true;
            arch_delay_us(10);
        }
    }
    arch_core_abandon(&handover, core);
    report("core %lx does not start; it is left out", (unsigned long)core->id);
    return false;
}

/* Starts every other core and lists those that came. */
static void answer_mp(struct kernel *kernel, const struct machine *machine)
{
    struct limine_mp_request *request = kernel->requests.at[REQUEST_MP];
    if (!request)
        return;
    struct arena *arena = &kernel->arena;
    struct limine_mp_response *response = arena_alloc(arena, sizeof(*response), 8);
    uint64_t *list = arena_alloc(arena, machine->nr_cores * sizeof(*list), 8);
    for (unsigned i = 0; i < machine->nr_cores; i++) {
        struct limine_mp_info *info = arena_alloc(arena, sizeof(*info), 64);
        const struct core *core = &machine->cores[i];
        arch_mp_info(info, core);
        if (core->id == machine->boot_core || start_core(kernel, core, info))
            list[response->cpu_count++] = ptr_phys(info) + handover.hhdm;
    }
    arch_mp_response(response, machine, &handover);
    response->cpus = phys_ptr(ptr_phys(list) + handover.hhdm);
    request->response = phys_ptr(ptr_phys(response) + handover.hhdm);
}

/* Up to base revision 2 the kernel must not get it, and later it is not worth a difference. */
static void reserve_page_0(struct memmap *map)
{
    const struct memmap_entry *entry = memmap_find(map, 0);
    if (entry && entry->type != LIMINE_MEMMAP_RESERVED)
        memmap_set(map, 0, PAGE_SIZE, LIMINE_MEMMAP_RESERVED);
}

noreturn void boot_finish(struct kernel *kernel, struct machine *machine)
{
    const struct limine_mp_request *mp = kernel->requests.at[REQUEST_MP];
    if (machine->memmap.overflow)
        fail("the memory map has more than %u entries", MEMMAP_MAX);
    reserve_page_0(&machine->memmap);
    build_address_spaces(kernel, &machine->memmap);
    handover.x2apic = mp && (mp->flags & LIMINE_MP_X2APIC);
    arch_prepare(&handover, machine);
    answer_mp(kernel, machine);
    struct core_start *start = make_start(kernel, NULL);
    answer_requests(kernel, machine, handover.hhdm);
    arch_switch(&handover, start);
}
