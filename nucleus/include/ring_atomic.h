/* ring_atomic.h: how the ends of a ring touch the words they share. Nothing else in core/ring*.c
 * does, so the host's explorer can stand in for this file and take each access as one step.
 *
 * SAFETY: p points into the ring's block, 8-byte aligned, mapped and writable as long as the end.
 */
#ifndef NUCLEUS_RING_ATOMIC_H
#define NUCLEUS_RING_ATOMIC_H

#include "base.h"

enum ring_order {
    RELAXED = __ATOMIC_RELAXED,
    ACQUIRE = __ATOMIC_ACQUIRE,
    RELEASE = __ATOMIC_RELEASE,
    ACQ_REL = __ATOMIC_ACQ_REL,
};

#define ring_load(p, order)            __atomic_load_n(p, order)
#define ring_store(p, value, order)    __atomic_store_n(p, value, order)
#define ring_exchange(p, value, order) __atomic_exchange_n(p, value, order)
#define ring_or(p, bits, order)        __atomic_fetch_or(p, bits, order)

/* Writes `value` where *expected stood; else false, and *expected becomes what stands there. Needs
 * no order of its own: see claim() in ring_producer.c. */
#define ring_replace_relaxed(p, expected, value)                                                   \
    __atomic_compare_exchange_n(p, expected, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)

#endif
