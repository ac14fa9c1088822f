/* aspace.h: a process's address space: which regions it has, what they show, and its page tables.
 *
 * A region shows a range of an object (objects.h), or zeros where it has none; shared: what is
 * written is the object's, or private: what is written is copied first. Pages come when they are
 * touched, by aspace_fault.
 *
 * Every frame that is mapped has one owner more for it (frames_share), unless it is foreign. So a
 * private page may be written where it is exactly when its frame has no other owner: no object, no
 * other space.
 *
 * Who changes regions (map, unmap, protect, fork) sees to it that nobody else does in the same
 * space; faults may come meanwhile, on any core. All may wait for other cores to forget a page
 * (tlb_flush_user): no spinlock is held. Each call is bounded in memory, and takes the space's lock
 * for some hundred steps at a time. */
#ifndef NUCLEUS_ASPACE_H
#define NUCLEUS_ASPACE_H

#include "objects.h"
#include "paging.h"
#include "regions.h"

/* Below it nothing is mapped: a null pointer with an offset faults. */
#define USER_START        (64 * KIB)
#define SPACE_REGIONS_MAX 65530 /* of a space: as many as Linux allows */

/* Besides PAGE_READ, PAGE_WRITE, PAGE_EXEC. */
enum region_flags {
    REGION_SHARED = 256,
    REGION_NEVER_WRITTEN = 512, /* aspace_protect does not allow it */
    REGION_NOT_FORKED = 1024,   /* a fork has nothing there */
    REGION_WIPED = 2048,        /* a fork has zeros there */
    REGION_GROWS_DOWN = 4096,   /* zeros; a fault below makes it larger (aspace_limit_stacks) */
};

struct aspace;

/* An empty space whose pages and tables are `limit` frames at the most. NULL: memory is short. */
struct aspace *aspace_new(uint64_t limit);

/* So many bytes are the most that a region which grows down may have. The first such one is the
 * stack: below it, room for that is left as long as there is other. */
void aspace_limit_stacks(struct aspace *a, uint64_t limit);

/* Takes all regions out, and frees it. Cores that were in it leave it; nobody may enter it. */
void aspace_free(struct aspace *a);

/* This core's user half is the space's from now on; or nobody's. */
void aspace_enter(struct aspace *a);
void aspace_leave(void);

/* Shows [offset, offset + size) of the object, of which the region becomes a user, or zeros when it
 * is NULL and private. At `start`, which must be free, or, when that is 0, where there is room, at
 * the top. The address, or -EINVAL (not in pages, outside), -EEXIST (not free), -ENOMEM (no room,
 * no memory). */
long aspace_map(struct aspace *a, uintptr_t start, size_t size, unsigned flags,
                struct object *object, uint64_t offset);

/* As aspace_map, with the flags of the region at `like`, and what it shows from so many bytes
 * behind there on. -EINVAL also when none is there. */
long aspace_map_like(struct aspace *a, uintptr_t like, size_t skip, uintptr_t start, size_t size);

/* Pages of a range within a region go to another range, which is mapped like it; they come anew
 * where they were. 0, -EINVAL, -ENOMEM: all stay. */
int aspace_move(struct aspace *a, uintptr_t from, uintptr_t to, size_t size);

/* Flags for forks, in the range, set and cleared. 0, -EINVAL (also for REGION_WIPED of what is not
 * zeros), -ENOMEM (also when the range is not all mapped). */
int aspace_mark(struct aspace *a, uintptr_t start, size_t size, unsigned set, unsigned clear);

/* What is mapped in the range is not any more. 0, -EINVAL, -ENOMEM (for the two ends of a region
 * that is cut). */
int aspace_unmap(struct aspace *a, uintptr_t start, size_t size);

/* Private pages in the range are forgotten, and come anew when they are touched. 0, -EINVAL. */
int aspace_discard(struct aspace *a, uintptr_t start, size_t size);

/* Other flags (PAGE_READ, PAGE_WRITE, PAGE_EXEC) for the range, up to where nothing is mapped or
 * that may never be written. 0, -EINVAL, -ENOMEM (also when it ends early for the first of these),
 * -EACCES (for the second). */
int aspace_protect(struct aspace *a, uintptr_t start, size_t size, unsigned flags);

/* A copy with the same regions; private pages are copied by whoever writes first. NULL when memory
 * is short. */
struct aspace *aspace_fork(struct aspace *a);

enum fault_end {
    FAULT_RESOLVED,  /* try again */
    FAULT_UNMAPPED,  /* no region is there */
    FAULT_FORBIDDEN, /* its region does not allow that */
    FAULT_OUTSIDE,   /* the object is shorter than the region */
    FAULT_ABSENT,    /* the object's pager must bring the page */
    FAULT_NO_MEMORY, /* nor may the space have more */
};

struct absent_page {
    struct object *object; /* the region's: as long as that is there */
    uint64_t index;
};

/* Somebody wants to read, write or execute (one of PAGE_*) at the address. */
enum fault_end aspace_fault(struct aspace *a, uintptr_t address, unsigned wants,
                            struct absent_page *absent);

/* What may be done at the address now, without a fault; PAGE_NONE where nothing is mapped. */
unsigned aspace_flags(struct aspace *a, uintptr_t address, phys_t *phys);

/* The region that holds the address, or the next one; false when there is none. */
struct aspace_region {
    uintptr_t start, end;
    unsigned flags; /* PAGE_READ, PAGE_WRITE, PAGE_EXEC, REGION_SHARED */
    bool shows; /* an object: from `offset` on, with this word of its pager */
    uint64_t offset, pager;
};

bool aspace_region(struct aspace *a, uintptr_t address, struct aspace_region *region);

struct aspace_figures {
    uint64_t limit,
        nr_frames; /* frames: owned by it, shared ones of objects not counted; tables included */
    uint64_t mapped;           /* bytes of regions */
    size_t nr_regions;
};

void aspace_figures(struct aspace *a, struct aspace_figures *figures);

#endif
