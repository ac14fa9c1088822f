/* slab.c: a free list per kind of object. Frames are never given back: kinds are few, and what a
 * kind needed once it needs again. */
#include "slab.h"
#include "frames.h"
#include "paging.h"

/* Cuts a block of frames into objects. Called with the lock held. */
static void grow(struct slab *slab)
{
    size_t stride = ALIGN_UP(slab->size, slab->align);
    unsigned order = 0;
    while ((FRAME_SIZE << order) < 4 * stride)
        order++;
    phys_t block = frames_alloc(order);
    if (block == 0)
        return;
    char *at = phys_to_virt(block);
    for (size_t left = (FRAME_SIZE << order) / stride; left > 0; left--, at += stride) {
        *(void **)at = slab->free;
        slab->free = at;
        slab->total++;
    }
}

void *slab_alloc(struct slab *slab)
{
    irq_state state = spin_lock_irqsave(&slab->lock);
    if (slab->free == NULL)
        grow(slab);
    void *object = slab->free;
    if (object) {
        slab->free = *(void **)object;
        slab->in_use++;
    }
    spin_unlock_irqrestore(&slab->lock, state);
    return object;
}

void slab_free(struct slab *slab, void *object)
{
    irq_state state = spin_lock_irqsave(&slab->lock);
    *(void **)object = slab->free;
    slab->free = object;
    slab->in_use--;
    spin_unlock_irqrestore(&slab->lock, state);
}
