/* frames.h: physical memory, in frames of 4 KiB, handed out in powers of two (a buddy allocator).
 *
 * Adding, allocating and freeing cost O(log n); no call touches memory in proportion to what it
 * adds, so booting with much memory costs no more than with little. Frames come uninitialised. Any
 * context: the allocator's lock is held with interrupts off. */
#ifndef NUCLEUS_FRAMES_H
#define NUCLEUS_FRAMES_H

#include "base.h"

#define FRAME_SHIFT     12
#define FRAME_SIZE      (1ull << FRAME_SHIFT)
#define FRAME_ORDER_MAX 18 /* the largest block: 1 GiB */

struct frames_stats {
    uint64_t total_bytes; /* ever added, the allocator's own records included */
    uint64_t free_bytes;
    uint64_t low_bytes; /* the least that was ever free, as if all had been added at first */
    uint64_t free_blocks[FRAME_ORDER_MAX + 1];
};

/* Gives the allocator the usable physical range [base, end), rounded inwards to frames. The range's
 * own start holds its records (1/256 of it, at least one frame: a range of one frame is left
 * unused). Returns 0, -ENOSPC when more than 256 ranges were added, or -EINVAL when the range is
 * empty or overlaps one added before; the range is then left unused. */
int frames_add(phys_t base, phys_t end);

/* A block of 2^order frames aligned to its size, or 0 (which is never a valid block) when there is
 * none. Prefers the smallest free block that suffices, and among those the range that was added
 * last. */
phys_t frames_alloc(unsigned order);

/* Like frames_alloc, with the whole block below `limit`: for devices that cannot address all of
 * memory. A limit of 4 GiB, and any that falls between ranges, costs O(ranges); one inside a range
 * costs a walk over that range's free blocks as well. */
phys_t frames_alloc_below(unsigned order, phys_t limit);

/* Gives back a block as allocated. Panics on a block that is not allocated or has another order. */
void frames_free(phys_t block, unsigned order);

/* One more owner of an allocated frame (a block of order 0): it is free when each owner has freed
 * it. */
void frames_share(phys_t frame);
bool frames_is_shared(phys_t frame);

/* Makes one allocated block of this order into 2^order allocated frames, to be freed one by one.
 * O(2^order). */
void frames_split(phys_t block, unsigned order);

/* A block of any byte size (rounded up to frames): the surplus of the power of two is given back at
 * once, and the block is freed with the same size. Below `limit` as with frames_alloc_below. */
phys_t frames_alloc_bytes(uint64_t size_bytes);
phys_t frames_alloc_bytes_below(uint64_t size_bytes, phys_t limit);
void frames_free_bytes(phys_t block, uint64_t size_bytes);

/* A single frame for what can do without, such as a process: 0 also when fewer than frames_keep's
 * bytes would be left. */
phys_t frames_alloc_spare(void);
void frames_keep(uint64_t bytes);
bool frames_to_spare(uint64_t bytes); /* whether there is that much */

uint64_t frames_free_total(void); /* bytes; one atomic read */
void frames_stats(struct frames_stats *stats);

#endif
