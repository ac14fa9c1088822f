/* slab.h: stands in for the nucleus's own: this machine's heap. */
#ifndef HOSTED_SLAB_H
#define HOSTED_SLAB_H

#include <stdlib.h>
#include "spinlock.h"

struct slab {
    size_t size;
};

#define SLAB_INIT(name, type, alignment) {.size = sizeof(type)}

static inline void *slab_alloc(struct slab *slab)
{
    return malloc(slab->size);
}

static inline void slab_free(struct slab *slab, void *object)
{
    (void)slab;
    free(object);
}

#endif
