/*
 * The memory map as one sorted array. memmap_set() is the only function that changes its shape:
 * it cuts a hole, puts the new entry there and joins it with equal neighbours.
 */
#include "core/memmap.h"
#include "core/string.h"
#include "limine.h"

void memmap_clear(struct memmap *map)
{
    map->nr = 0;
    map->overflow = false;
}

static void entries_insert(struct memmap *map, unsigned at, struct memmap_entry entry)
{
    if (map->nr == MEMMAP_MAX) {
        map->overflow = true;
        return;
    }
    memmove(&map->entries[at + 1], &map->entries[at], (map->nr - at) * sizeof(entry));
    map->entries[at] = entry;
    map->nr++;
}

static void entries_remove(struct memmap *map, unsigned at, unsigned count)
{
    map->nr -= count;
    memmove(&map->entries[at], &map->entries[at + count], (map->nr - at) * sizeof(map->entries[0]));
}

/* Makes `address` a boundary: an entry that spans it becomes two. */
static void entries_split(struct memmap *map, uint64_t address)
{
    for (unsigned i = 0; i < map->nr; i++) {
        struct memmap_entry *entry = &map->entries[i];
        if (entry->base < address && address < entry->end) {
            struct memmap_entry upper = {address, entry->end, entry->type};
            entry->end = address;
            entries_insert(map, i + 1, upper);
            return;
        }
    }
}

static void entries_join(struct memmap *map, unsigned at)
{
    struct memmap_entry *lower = &map->entries[at], *upper = lower + 1;
    if (at + 1 < map->nr && lower->end == upper->base && lower->type == upper->type) {
        lower->end = upper->end;
        entries_remove(map, at + 1, 1);
    }
}

void memmap_set(struct memmap *map, uint64_t base, uint64_t end, uint32_t type)
{
    base = ROUND_DOWN(base, PAGE_SIZE);
    end = end > -PAGE_SIZE ? -PAGE_SIZE : ROUND_UP(end, PAGE_SIZE);
    if (base >= end)
        return;
    entries_split(map, base);
    entries_split(map, end);
    unsigned first = 0;
    while (first < map->nr && map->entries[first].base < base)
        first++;
    unsigned last = first;
    while (last < map->nr && map->entries[last].base < end)
        last++;
    entries_remove(map, first, last - first);
    entries_insert(map, first, (struct memmap_entry){base, end, type});
    entries_join(map, first);
    if (first)
        entries_join(map, first - 1);
}

/* How firmly a type holds its memory against another one. */
static unsigned type_rank(uint32_t type)
{
    switch (type) {
    case LIMINE_MEMMAP_USABLE:
        return 0;
    case MEMMAP_BORROWED:
        return 1;
    case LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE:
        return 2;
    case LIMINE_MEMMAP_EXECUTABLE_AND_MODULES:
        return 3;
    case LIMINE_MEMMAP_FRAMEBUFFER:
        return 4;
    case LIMINE_MEMMAP_ACPI_RECLAIMABLE:
        return 5;
    case LIMINE_MEMMAP_ACPI_NVS:
        return 6;
    case LIMINE_MEMMAP_BAD_MEMORY:
        return 7;
    default:
        return 8;
    }
}

void memmap_add(struct memmap *map, uint64_t base, uint64_t length, uint32_t type)
{
    uint64_t end = base + length < base ? -PAGE_SIZE : base + length;
    if (type == LIMINE_MEMMAP_USABLE || type == LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) {
        base = base > -PAGE_SIZE ? -PAGE_SIZE : ROUND_UP(base, PAGE_SIZE);
        end = ROUND_DOWN(end, PAGE_SIZE);
    } else {
        base = ROUND_DOWN(base, PAGE_SIZE);
        end = end > -PAGE_SIZE ? -PAGE_SIZE : ROUND_UP(end, PAGE_SIZE);
    }
    /* Step over what is already there: fill the gaps and the entries that hold less firmly. */
    while (base < end) {
        uint64_t next = end;
        bool taken = false;
        for (unsigned i = 0; i < map->nr; i++) {
            const struct memmap_entry *entry = &map->entries[i];
            if (entry->base <= base && base < entry->end) {
                taken = type_rank(entry->type) >= type_rank(type);
                next = min_u64(next, entry->end);
            } else if (entry->base > base) {
                next = min_u64(next, entry->base);
            }
        }
        if (!taken)
            memmap_set(map, base, next, type);
        base = next;
    }
}

/* Each round takes one piece away from usable memory; the array's shape has changed then. */
void memmap_borrow(struct memmap *map, uint64_t base, uint64_t end)
{
    base = ROUND_DOWN(base, PAGE_SIZE);
    end = end > -PAGE_SIZE ? -PAGE_SIZE : ROUND_UP(end, PAGE_SIZE);
    for (unsigned i = 0; i < map->nr;) {
        uint64_t first = max_u64(map->entries[i].base, base);
        uint64_t last = min_u64(map->entries[i].end, end);
        if (map->entries[i].type == LIMINE_MEMMAP_USABLE && first < last) {
            memmap_set(map, first, last, MEMMAP_BORROWED);
            i = 0;
        } else {
            i++;
        }
    }
}

void memmap_retype(struct memmap *map, uint32_t from, uint32_t to)
{
    for (unsigned i = 0; i < map->nr; i++) {
        if (map->entries[i].type == from) {
            memmap_set(map, map->entries[i].base, map->entries[i].end, to);
            i = i ? i - 1 : 0; /* it may have joined its lower neighbour */
        }
    }
}

uint64_t memmap_alloc(struct memmap *map, uint64_t size, uint64_t align, uint64_t limit,
                      uint32_t type)
{
    if (size == 0 || size > limit || size > -PAGE_SIZE)
        return 0;
    size = ROUND_UP(size, PAGE_SIZE);
    align = max_u64(align, PAGE_SIZE);
    for (unsigned i = map->nr; i-- > 0;) {
        const struct memmap_entry *entry = &map->entries[i];
        uint64_t end = min_u64(entry->end, limit);
        if (entry->type != LIMINE_MEMMAP_USABLE || end < size)
            continue;
        uint64_t base = ROUND_DOWN(end - size, align);
        if (base >= entry->base && base != 0) {
            memmap_set(map, base, base + size, type);
            return base;
        }
    }
    return 0;
}

const struct memmap_entry *memmap_find(const struct memmap *map, uint64_t address)
{
    for (unsigned i = 0; i < map->nr; i++) {
        if (map->entries[i].base <= address && address < map->entries[i].end)
            return &map->entries[i];
    }
    return NULL;
}
