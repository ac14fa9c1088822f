/*
 * Building page tables of any of the three architectures' formats.
 *
 * Nothing is ever mapped twice: a caller that maps over a mapping has a bug, and paging_map()
 * stops.
 */
#ifndef BOOT_PAGING_H
#define BOOT_PAGING_H

#include "core/arena.h"
#include "core/base.h"

#define MAP_WRITE       1
#define MAP_EXECUTE     2
#define MAP_FRAMEBUFFER 4

/* Physical addresses of the root tables; they are equal unless arch_has_low_root(). */
struct address_space {
    uint64_t low, high;
};

struct paging {
    struct arena *arena; /* where tables come from */
    unsigned levels;
};

struct address_space paging_create(struct paging *paging);

/* Maps whole pages under a root with the largest pages that fit. */
void paging_map(struct paging *paging, uint64_t root, uint64_t virtual, uint64_t physical,
                uint64_t size, unsigned flags);

/* A second space with the same upper half and an empty lower one. */
struct address_space paging_share_high(struct paging *paging, struct address_space space);

/* An upper bound for the tables' bytes that mapping one range can take. */
uint64_t paging_cost(uint64_t size);

#endif
