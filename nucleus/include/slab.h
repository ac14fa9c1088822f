/* slab.h: objects of one size, cut from frames and kept for reuse. Any context. */
#ifndef NUCLEUS_SLAB_H
#define NUCLEUS_SLAB_H

#include "spinlock.h"

struct slab {
    struct spinlock lock;
    const char *name; /* of many such objects */
    size_t size, align;
    void *free; /* chained through their first word */
    size_t in_use, total, nr_frames;
    struct slab *next; /* of those that ever had frames */
};

#define SLAB_INIT(what, type, alignment)                                                           \
    {                                                                                              \
        .lock = SPINLOCK_INIT, .name = (what), .size = sizeof(type), .align = (alignment)          \
    }

void *slab_alloc(struct slab *slab); /* uninitialised, or NULL */
void slab_free(struct slab *slab, void *object);

/* The index-th kind that ever had an object, in no order, or NULL: what is in use of it, and its
 * frames. */
struct slab_figures {
    const char *name;
    size_t in_use, nr_frames;
};

bool slab_figures(unsigned index, struct slab_figures *figures);

#endif
