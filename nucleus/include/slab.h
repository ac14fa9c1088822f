/* slab.h: objects of one size, cut from frames and kept for reuse. Any context. */
#ifndef NUCLEUS_SLAB_H
#define NUCLEUS_SLAB_H

#include "spinlock.h"

struct slab {
    struct spinlock lock;
    size_t size, align;
    void *free; /* chained through their first word */
    size_t in_use, total;
};

#define SLAB_INIT(type, alignment)                                                                 \
    {                                                                                              \
        .lock = SPINLOCK_INIT, .size = sizeof(type), .align = (alignment)                          \
    }

void *slab_alloc(struct slab *slab); /* uninitialised, or NULL */
void slab_free(struct slab *slab, void *object);

#endif
