/* regions.h: which ranges of an address space are taken, and what for.
 *
 * A balanced tree of disjoint, page-aligned ranges, each node augmented with the largest gap below
 * it, so that finding a range by address, finding a free gap, inserting, splitting and removing are
 * O(log n). Serves the kernel's own dynamic range and, later, every process. The caller locks, and
 * owns the nodes. */
#ifndef NUCLEUS_REGIONS_H
#define NUCLEUS_REGIONS_H

#include "base.h"

struct region {
    uintptr_t start, end; /* [start, end), page aligned, start < end */
    uint32_t flags;       /* the owner's: protection, kind */
    void *object;         /* the owner's: what backs it, or NULL */
    uint64_t offset;      /* the owner's: of `start` in object, in bytes */
    /* the tree's own */
    struct region *left, *right, *parent;
    uintptr_t subtree_start, subtree_end, max_gap;
    int height;
};

struct regions {
    struct region *root;
    uintptr_t start, end; /* the range that gaps are looked for in */
    size_t count;
};

void regions_init(struct regions *rs, uintptr_t start, uintptr_t end);

/* The region that holds addr, or NULL. */
struct region *regions_find(const struct regions *rs, uintptr_t addr);

/* The region with the lowest end above addr (the one that holds addr, or the next), or NULL. */
struct region *regions_at_or_after(const struct regions *rs, uintptr_t addr);
struct region *regions_next(const struct region *r);
struct region *regions_prev(const struct region *r);

/* The lowest free range of `size` bytes whose start is a multiple of align (a power of two), or 0
 * when there is none (0 is never inside a space). An align of more than a page costs O(log n) for
 * each gap that is large enough and yet has no aligned place. */
uintptr_t regions_gap(const struct regions *rs, size_t size, size_t align);

/* The highest free range of `size` bytes (whole pages), or 0. */
uintptr_t regions_last_gap(const struct regions *rs, size_t size);

/* Inserts r, of which the caller has set the first five fields. Returns 0, -EEXIST when it would
 * overlap, -EINVAL when empty or outside the space. */
int regions_insert(struct regions *rs, struct region *r);
void regions_remove(struct regions *rs, struct region *r);

/* Cuts r at `at` (start < at < end): r keeps the lower part; `upper`, a fresh node, gets the rest
 * with the same flags and object and its offset advanced, and is inserted. */
void regions_split(struct regions *rs, struct region *r, uintptr_t at, struct region *upper);

/* Moves r's ends to [start, end); the caller has made sure that it overlaps nothing there. */
void regions_resize(struct regions *rs, struct region *r, uintptr_t start, uintptr_t end);

#endif
