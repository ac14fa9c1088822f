/* paging.c: the portable walker over the architecture's entries (pte.h).
 *
 * Level 0 entries map 4 KiB, level 1 2 MiB, level 2 1 GiB. `lock` guards all changes; lookups take
 * no lock and rely on entries being single words, on tables being complete before they are linked
 * in, and on tables never being freed. */
#include "boot_info.h"
#include "errno.h"
#include "frames.h"
#include "limine.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "walk.h"

#define LARGE_LEVEL 1

uintptr_t hhdm_offset, kspace_start, kspace_end;

static struct spinlock lock = SPINLOCK_INIT;
static phys_t root;

/* Replaces a large leaf by a table of smaller leaves with the same meaning. */
static bool split_leaf(pte_t *entry, unsigned level, uintptr_t virt)
{
    phys_t table = table_new();
    if (table == 0)
        return false;
    pte_t leaf = entry_read(entry);
    phys_t phys = pte_leaf_phys(leaf, level);
    for (unsigned i = 0; i < ENTRIES; i++)
        table_at(table)[i] =
            pte_leaf(phys + i * level_size(level - 1), pte_leaf_flags(leaf, level), level - 1);
    if (PTE_BREAK_BEFORE_MAKE) { /* whoever meets the gap retries: see fault.c */
        entry_write(entry, 0);
        arch_flush_broadcast(ALIGN_DOWN(virt, level_size(level)), PAGE_SIZE);
    }
    entry_write(entry, pte_table(table));
    return true;
}

/* The entry for virt at `level`, with tables made on the way when `make`. NULL: no frame, or
 * nothing there; *found is then the level of the entry where the walk ended. */
static pte_t *walk(uintptr_t virt, unsigned level, bool make, unsigned *found)
{
    phys_t table = root;
    for (unsigned at = paging_levels - 1;; at--) {
        pte_t *entry = &table_at(table)[index_at(virt, at)];
        *found = at;
        if (at == level)
            return entry;
        pte_t value = entry_read(entry);
        if (pte_is_leaf(value, at))
            return entry;
        if (pte_is_empty(value)) {
            phys_t fresh = make ? table_new() : 0;
            if (fresh == 0)
                return NULL;
            value = pte_table(fresh);
            entry_write(entry, value);
        }
        table = pte_table_phys(value);
    }
}

/* ---- changing: lock held ---- */

static unsigned best_level(uintptr_t virt, phys_t phys, size_t size)
{
    unsigned level = 0;
    while (level < MIN(2u, paging_largest_level) &&
           ((virt | phys) & (level_size(level + 1) - 1)) == 0 && size >= level_size(level + 1))
        level++;
    return level;
}

/* Maps one page as large as fits; returns its size, or 0 without a frame for a table. */
static size_t map_one(uintptr_t virt, phys_t phys, size_t size, unsigned flags)
{
    for (unsigned level = best_level(virt, phys, size);; level--) {
        unsigned found;
        pte_t *entry = walk(virt, level, true, &found);
        if (entry == NULL)
            return 0;
        pte_t value = entry_read(entry);
        if (pte_is_leaf(value, found))
            panic("paging_map: %lx is mapped already", virt);
        if (!pte_is_empty(value) && level > 0)
            continue; /* a table of smaller pages, empty by now, stays in use */
        entry_write(entry, pte_leaf(phys, flags, level));
        return level_size(level);
    }
}

/* Entries that are written with the lock taken once: it is handed on less often, and interrupts
 * wait no longer than that takes. */
#define MAP_BATCH 16

/* Returns how many bytes it mapped: fewer than wanted without a frame for a table. */
static size_t map_batch(uintptr_t virt, phys_t phys, size_t size, unsigned flags)
{
    size_t done = 0, step = 1;
    irq_state state = spin_lock_irqsave(&lock);
    for (unsigned i = 0; i < MAP_BATCH && done < size && step > 0; i++, done += step)
        step = map_one(virt + done, phys + done, size - done, flags);
    spin_unlock_irqrestore(&lock, state);
    return done;
}

int paging_map(uintptr_t virt, phys_t phys, size_t size, unsigned flags)
{
    size_t done = 0, step = 1;
    for (; done < size && step > 0; done += step)
        step = map_batch(virt + done, phys + done, size - done, flags);
    pte_publish();
    return done == size ? 0 : -ENOMEM;
}

/* Finds the next leaf of [*at, end), split so that it lies inside. NULL at the end of the range;
 * *at moves past holes. *failed is set when a split found no frame. */
static pte_t *next_leaf(uintptr_t *at, uintptr_t end, unsigned *level, bool *failed)
{
    while (*at < end) {
        pte_t *entry = walk(*at, 0, false, level);
        if (entry == NULL || pte_is_empty(entry_read(entry))) {
            *at = ALIGN_DOWN(*at, level_size(*level)) + level_size(*level);
            continue;
        }
        size_t size = level_size(*level);
        if ((*at & (size - 1)) == 0 && end - *at >= size)
            return entry;
        phys_t block = pte_leaf_phys(entry_read(entry), *level);
        *failed = !split_leaf(entry, *level, *at);
        if (*failed)
            return NULL;
        if (*level == LARGE_LEVEL && *at >= kspace_start && *at < kspace_end)
            frames_split(block, 9); /* elsewhere the frames are not the allocator's */
    }
    return NULL;
}

unsigned paging_unmap(uintptr_t virt, size_t size, struct unmapped *removed, unsigned max,
                      size_t *done)
{
    uintptr_t at = virt, end = virt + size;
    unsigned n = 0;
    bool failed = false;
    irq_state state = spin_lock_irqsave(&lock);
    while (n < max) {
        unsigned level;
        pte_t *entry = next_leaf(&at, end, &level, &failed);
        if (entry == NULL)
            break;
        removed[n++] = (struct unmapped){pte_leaf_phys(entry_read(entry), level), level * 9};
        entry_write(entry, 0);
        at += level_size(level);
    }
    spin_unlock_irqrestore(&lock, state);
    if (failed)
        panic("paging_unmap: no frame to split the page at %lx", at);
    *done = MIN(at, end) - virt;
    return n;
}

int paging_protect(uintptr_t virt, size_t size, unsigned flags)
{
    uintptr_t at = virt, end = virt + size;
    bool failed = false;
    irq_state state = spin_lock_irqsave(&lock);
    for (;;) {
        unsigned level;
        pte_t *entry = next_leaf(&at, end, &level, &failed);
        if (entry == NULL)
            break;
        entry_write(entry, pte_leaf(pte_leaf_phys(entry_read(entry), level), flags, level));
        at += level_size(level);
    }
    spin_unlock_irqrestore(&lock, state);
    pte_publish();
    return failed ? -ENOMEM : 0;
}

/* ---- looking: no lock ---- */

bool paging_lookup(uintptr_t virt, struct mapping *mapping)
{
    unsigned level = paging_levels;
    pte_t *entry = root ? walk(virt, 0, false, &level) : NULL;
    pte_t value = entry ? entry_read(entry) : 0;
    mapping->page_size = level_size(level);
    if (pte_is_empty(value))
        return false;
    mapping->phys = pte_leaf_phys(value, level) + (virt & (level_size(level) - 1));
    mapping->flags = pte_leaf_flags(value, level);
    return true;
}

bool paging_readable(uintptr_t virt)
{
    struct mapping first, last;
    return paging_canonical(virt) && paging_canonical(virt + 7) && paging_lookup(virt, &first) &&
           paging_lookup(virt + 7, &last) && (first.flags & PAGE_READ) &&
           (last.flags & PAGE_READ) && !(first.flags & PAGE_DEVICE);
}

static size_t count_in(phys_t table, unsigned level, unsigned flags)
{
    size_t count = 0;
    for (unsigned i = 0; i < ENTRIES; i++) {
        pte_t value = entry_read(&table_at(table)[i]);
        if (pte_is_empty(value))
            continue;
        if (!pte_is_leaf(value, level))
            count += count_in(pte_table_phys(value), level - 1, flags);
        else
            count += (pte_leaf_flags(value, level) & flags) == flags;
    }
    return count;
}

size_t paging_count(unsigned flags)
{
    return count_in(root, paging_levels - 1, flags);
}

/* ---- the first tables ---- */

extern char text_start[], text_end[], rodata_start[], rodata_end[], data_start[], data_end[];

static void map_or_panic(uintptr_t virt, phys_t phys, size_t size, unsigned flags)
{
    if (paging_map(virt, phys, size, flags) != 0)
        panic("paging_init: no memory for the kernel's page tables");
}

static void map_image(const struct boot_info *boot)
{
    const struct {
        char *start, *end;
        unsigned flags;
    } part[] = {
        {text_start, text_end, PAGE_READ | PAGE_EXEC},
        {rodata_start, rodata_end, PAGE_READ},
        {data_start, data_end, PAGE_READ | PAGE_WRITE},
    };
    for (unsigned i = 0; i < ARRAY_LEN(part); i++) {
        uintptr_t start = (uintptr_t)part[i].start,
                  end = ALIGN_UP((uintptr_t)part[i].end, PAGE_SIZE);
        map_or_panic(start, start - boot->kernel_virtual + boot->kernel_base, end - start,
                     part[i].flags);
    }
}

/* What RAM is: everything but holes, reserved ranges (which firmware may guard) and bad memory. */
static bool is_ram(uint32_t type)
{
    return type == LIMINE_MEMMAP_USABLE || type == LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE ||
           type == LIMINE_MEMMAP_EXECUTABLE_AND_MODULES || type == LIMINE_MEMMAP_ACPI_RECLAIMABLE ||
           type == LIMINE_MEMMAP_ACPI_NVS;
}

static void map_ram(const struct boot_info *boot)
{
    phys_t mapped = 0; /* entries of other types than usable may overlap on a page */
    for (unsigned i = 0; i < boot->nr_memory; i++) {
        const struct boot_memory *m = &boot->memory[i];
        phys_t base = MAX(ALIGN_DOWN(m->base, PAGE_SIZE), mapped),
               end = ALIGN_UP(m->end, PAGE_SIZE);
        if (!is_ram(m->type) || base >= end)
            continue;
        map_or_panic(hhdm_offset + base, base, end - base, PAGE_READ | PAGE_WRITE);
        mapped = end;
    }
}

/* From now on no top entry of the kernel's half changes, as users have copies of them: all else is
 * mapped below those of the dynamic range. */
static void make_top_entries(void)
{
    size_t size = level_size(paging_levels - 1);
    for (uintptr_t virt = kspace_start; virt < kspace_end; virt += size) {
        unsigned found;
        if (walk(virt, paging_levels - 2, true, &found) == NULL)
            panic("paging_init: no memory for the kernel's page tables");
    }
}

void paging_copy_kernel_half(phys_t user_root)
{
    for (unsigned i = PTE_USER_ENTRIES; i < ENTRIES; i++)
        table_at(user_root)[i] = entry_read(&table_at(root)[i]);
}

void paging_init(const struct boot_info *boot)
{
    arch_paging_init(boot->paging_mode);
    root = table_new();
    if (root == 0)
        panic("paging_init: no memory for the kernel's page tables");
    map_ram(boot);
    map_image(boot);
    make_top_entries();
    paging_enter();
}

void paging_enter(void)
{
    arch_paging_enter(root);
}
