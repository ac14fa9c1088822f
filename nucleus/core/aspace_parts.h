/* aspace_parts.h: what aspace.c and aspace_fault.c share. */
#ifndef CORE_ASPACE_PARTS_H
#define CORE_ASPACE_PARTS_H

#include "aspace.h"
#include "frames.h"
#include "spinlock.h"
#include "user_tables.h"

struct aspace {
    uint64_t id;          /* that no other ever had, from 1 on */
    uint64_t generation;  /* of changes that cores must forget something for: see asids.h */
    struct spinlock lock; /* of the tables, the count of pages, and the regions against faults */
    struct user_tables tables;
    struct regions regions;
    uint64_t limit;
    uint64_t nr_private; /* private pages that are mapped */
    uint64_t mapped;     /* bytes of regions */
    uint64_t code;       /* the last change of code here: see tlb.c */
};

#define REGION_ACCESS (PAGE_READ | PAGE_WRITE | PAGE_EXEC)

static inline bool is_private(const struct region *r)
{
    return !(r->flags & REGION_SHARED);
}

static inline uint64_t page_index(const struct region *r, uintptr_t at)
{
    return (r->offset + (at - r->start)) / PAGE_SIZE;
}

static inline bool has_room(const struct aspace *a)
{
    return a->nr_private + a->tables.nr_tables < a->limit;
}

/* What a leaf for the region allows, where it had the flags `before`. A private page whose frame others own as well may not
 * be written where it is. Where a core may fetch something older than what the frame holds, only a leaf that was made
 * executable (aspace_fault) stays so. */
static inline unsigned leaf_flags(const struct region *r, phys_t frame, unsigned before)
{
    unsigned foreign = before & PAGE_FOREIGN;
    unsigned forbidden = code_is_coherent ? 0 : ~before & PAGE_EXEC;
    if (is_private(r) && (foreign || frames_is_shared(frame)))
        forbidden |= PAGE_WRITE;
    return ((r->flags & REGION_ACCESS) | PAGE_USER | foreign) & ~forbidden;
}

#endif
