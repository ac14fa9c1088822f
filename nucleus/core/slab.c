/* slab.c: a free list per kind of object. Frames are never given back: kinds are few, and what a
 * kind needed once it needs again. */
#include "slab.h"
#include "frames.h"
#include "paging.h"

static struct slab *kinds;

/* With its first frames, once. */
static void enter(struct slab *slab)
{
    slab->next = __atomic_load_n(&kinds, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&kinds, &slab->next, slab, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED))
        ;
}

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
    if (slab->nr_frames == 0)
        enter(slab);
    slab->nr_frames += 1ull << order;
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

bool slab_figures(unsigned index, struct slab_figures *figures)
{
    struct slab *slab = __atomic_load_n(&kinds, __ATOMIC_ACQUIRE);
    while (slab && index-- > 0)
        slab = slab->next;
    if (slab == NULL)
        return false;
    irq_state state = spin_lock_irqsave(&slab->lock);
    *figures = (struct slab_figures){slab->name, slab->in_use, slab->nr_frames};
    spin_unlock_irqrestore(&slab->lock, state);
    return true;
}
