/* walk.h: steps through page tables, the kernel's (paging.c) and the users' (user_tables.c). */
#ifndef CORE_WALK_H
#define CORE_WALK_H

#include "frames.h"
#include "pte.h"

#define ENTRIES 512 /* of a table */

static inline unsigned index_at(uintptr_t virt, unsigned level)
{
    return (virt >> (12 + 9 * level)) & (ENTRIES - 1);
}

/* What one entry of this level maps. */
static inline size_t level_size(unsigned level)
{
    return PAGE_SIZE << (9 * level);
}

static inline pte_t *table_at(phys_t table)
{
    return phys_to_virt(table);
}

static inline pte_t entry_read(const pte_t *entry)
{
    return __atomic_load_n(entry, __ATOMIC_ACQUIRE);
}

static inline void entry_write(pte_t *entry, pte_t value)
{
    __atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/* An empty table in the frame, if there is one. */
static inline phys_t table_in(phys_t frame)
{
    if (frame)
        memset(phys_to_virt(frame), 0, PAGE_SIZE);
    return frame;
}

static inline phys_t table_new(void)
{
    return table_in(frames_alloc(0));
}

#endif
