/*
 * The map of physical memory: who owns which range.
 *
 * Invariants between calls: entries are sorted, don't overlap, aren't empty, and begin and end on
 * page boundaries; neighbours that touch have different types. The types are those of limine.h
 * plus MEMMAP_BORROWED.
 */
#ifndef BOOT_MEMMAP_H
#define BOOT_MEMMAP_H

#include "core/base.h"

#define MEMMAP_MAX 1024

/* Memory that only the loader still reads (an initrd, a firmware's DTB): usable in the end. */
#define MEMMAP_BORROWED 0x1000

struct memmap_entry {
    uint64_t base, end; /* physical, end exclusive */
    uint32_t type;
};

struct memmap {
    unsigned nr;
    bool overflow; /* a range found no room: the map must not be used */
    struct memmap_entry entries[MEMMAP_MAX];
};

void memmap_clear(struct memmap *map);

/* Gives [base, end), widened to whole pages, the type, whatever it was before. */
void memmap_set(struct memmap *map, uint64_t base, uint64_t end, uint32_t type);

/*
 * Adds what a firmware says, in any order and overlapping. Usable memory shrinks to whole pages
 * and never replaces anything; every other type wins over usable, and over types that are less
 * restrictive than itself (reserved over bad over ACPI over framebuffer over the loader's own).
 */
void memmap_add(struct memmap *map, uint64_t base, uint64_t length, uint32_t type);

/* Marks what is usable in [base, end), widened to whole pages, as MEMMAP_BORROWED. */
void memmap_borrow(struct memmap *map, uint64_t base, uint64_t end);

/* Turns all memory of one type into another. */
void memmap_retype(struct memmap *map, uint32_t from, uint32_t to);

/*
 * Takes the highest usable range of that size (whole pages) and alignment that ends at or below
 * `limit`, gives it the type and returns its base, or 0 when there is none.
 */
uint64_t memmap_alloc(struct memmap *map, uint64_t size, uint64_t align, uint64_t limit,
                      uint32_t type);

/* The entry that holds the address, or NULL. */
const struct memmap_entry *memmap_find(const struct memmap *map, uint64_t address);

#endif
