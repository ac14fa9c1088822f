/* ring_core.h: what both ends of a ring share beyond ring_inline.h. */
#ifndef NUCLEUS_RING_CORE_H
#define NUCLEUS_RING_CORE_H

#include "ring.h"

/* In the many form: the word of a cell that becomes ring_mark(index) when item `index` is published
 * there. What stood before is another lap's mark, or 0. */
#define RING_MARK (RING_CELL_WORDS - 1)

static inline uint64_t ring_mark(uint64_t index)
{
    return ring_word(index + 1);
}

static inline bool ring_shape_is_good(const struct ring *ring, uint32_t capacity, unsigned flags)
{
    return (uintptr_t)ring % _Alignof(struct ring) == 0 && capacity > 0 &&
           capacity <= RING_CAPACITY_MAX && (capacity & (capacity - 1)) == 0 &&
           (flags & ~(unsigned)(RING_MANY | RING_DROP)) == 0;
}

#endif
