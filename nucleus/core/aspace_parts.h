/* aspace_parts.h: what aspace.c, aspace_*.c and tlb.c share. */
#ifndef CORE_ASPACE_PARTS_H
#define CORE_ASPACE_PARTS_H

#include "aspace.h"
#include "frames.h"
#include "spinlock.h"
#include "user_tables.h"

struct aspace {
    uint64_t id;          /* that no other ever had, from 1 on */
    uint64_t generation;  /* of changes that cores must forget something for: see asids.h */
    uint32_t users;       /* whoever made it, and who cuts an object there */
    struct spinlock lock; /* of the tables, the count of pages, and the regions against faults */
    struct user_tables tables;
    struct regions regions;
    uint64_t limit;
    uint64_t stack_limit; /* bytes */
    uintptr_t stack_top;  /* 0: there is none yet */
    uint64_t nr_private; /* private pages that are mapped */
    uint64_t mapped;     /* bytes of regions */
    uint64_t code;       /* the last change of code here: see tlb.c */
};

/* A region, and its place among all that show the object. */
struct area {
    struct region region; /* first: the tree has nothing else */
    struct aspace *aspace;
    struct area *next, *prev; /* with the object's lock */
    uint64_t cut;             /* the last that came to it: object->nr_cuts then */
};

static inline struct area *area_of(struct region *r)
{
    return CONTAINER_OF(r, struct area, region);
}

/* The area shows the object, which it uses: before there are pages of it; and does not any more,
 * when there are none. */
void area_show(struct area *area, struct aspace *a, struct object *o);
void area_hide(struct area *area);

/* Where the pages end that the region's object has, or the region. */
static inline uintptr_t end_of_content(const struct region *r)
{
    const struct object *o = r->object;
    if (o == NULL)
        return r->end;
    uint64_t size = ALIGN_UP(__atomic_load_n(&o->size, __ATOMIC_ACQUIRE), PAGE_SIZE);
    uint64_t shown = size > r->offset ? size - r->offset : 0;
    return r->start + MIN(shown, r->end - r->start);
}

static inline void aspace_hold(struct aspace *a)
{
    __atomic_fetch_add(&a->users, 1, __ATOMIC_RELAXED);
}

void aspace_release(struct aspace *a);

#define ASPACE_BATCH 64 /* leaves that are changed with the lock taken once */

/* Clears leaves of [*at, end) of the region and notes the frames that they owned, until so many of
 * them or the end. With the lock. */
unsigned aspace_clear(struct aspace *a, const struct region *r, uintptr_t *at, uintptr_t end,
                      phys_t *frames);

bool aspace_is_range(uintptr_t start, size_t size); /* whole pages of the user's */

/* Cuts regions so that they end where the range does: 0, -ENOMEM. */
int aspace_cut_out(struct aspace *a, uintptr_t start, size_t size);

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

/* What a leaf for the region allows, where it had the flags `before`. A private page whose frame
 * others own as well may not be written where it is. Where a core may fetch something older than
 * what the frame holds, only a leaf that was made executable (aspace_fault) stays so. */
static inline unsigned leaf_flags(const struct region *r, phys_t frame, unsigned before)
{
    unsigned foreign = before & PAGE_FOREIGN;
    unsigned forbidden = code_is_coherent ? 0 : ~before & PAGE_EXEC;
    if (is_private(r) && (foreign || frames_is_shared(frame)))
        forbidden |= PAGE_WRITE;
    return ((r->flags & REGION_ACCESS) | PAGE_USER | foreign) & ~forbidden;
}

#endif
