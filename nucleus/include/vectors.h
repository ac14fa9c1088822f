/* vectors.h: what a core's own controller tells apart: a local APIC's vectors, an IMSIC's
 * identities; and the irq that each stands for.
 *
 * A message takes a vector of its one core. A line takes the same vector on all cores, so that
 * routing it changes nothing but the destination. Each core's table is in struct core. */
#ifndef NUCLEUS_VECTORS_H
#define NUCLEUS_VECTORS_H

#include "cores.h"

/* The vectors to hand out are [first, end), end <= VECTORS. Once, at boot. */
void vectors_init(uint32_t first, uint32_t end);

/* A free vector of the core, or of all cores when it is NULL, from now on this irq's. -ENOSPC when
 * there is none. Freed vectors are used again late, so that a message that was on its way when its
 * vector was freed finds nobody rather than a stranger. Any context. O(vectors), for all cores
 * times the cores. */
int vector_alloc(uint32_t irq, struct core *core);
void vector_free(uint32_t vector, struct core *core);

/* IRQ_NONE when the vector is nobody's. Any context, O(1). */
uint32_t vector_irq(const struct core *core, uint32_t vector);

#endif
