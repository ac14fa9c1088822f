/* aspace_cut.c: who shows an object, and pages that an object lost leave every space.
 *
 * An object has a list of the areas that show it, under its lock, and spaces live as long as one is
 * on their behalf here. An object's lock is taken inside of a space's. Pages do not come back
 * meanwhile: the object is smaller already. */
#include "aspace_parts.h"
#include "walk.h"

/* ---- the list: first what was not cut yet ---- */

static void insert_first(struct object *o, struct area *area)
{
    area->prev = NULL;
    area->next = o->first_area;
    if (area->next)
        area->next->prev = area;
    else
        o->last_area = area;
    o->first_area = area;
}

static void insert_last(struct object *o, struct area *area)
{
    area->next = NULL;
    area->prev = o->last_area;
    if (area->prev)
        area->prev->next = area;
    else
        o->first_area = area;
    o->last_area = area;
}

static void take_out(struct object *o, struct area *area)
{
    *(area->prev ? &area->prev->next : &o->first_area) = area->next;
    *(area->next ? &area->next->prev : &o->last_area) = area->prev;
}

void area_show(struct area *area, struct aspace *a, struct object *o)
{
    object_use(o);
    irq_state state = spin_lock_irqsave(&o->lock);
    area->aspace = a;
    area->cut = 0;
    insert_first(o, area);
    spin_unlock_irqrestore(&o->lock, state);
}

void area_hide(struct area *area)
{
    struct object *o = area->region.object;
    irq_state state = spin_lock_irqsave(&o->lock);
    take_out(o, area);
    spin_unlock_irqrestore(&o->lock, state);
    object_release(o);
}

static void mark(struct object *o, struct area *area, uint64_t number)
{
    take_out(o, area);
    insert_last(o, area);
    area->cut = number;
}

/* A space with an area that this cut has not come to yet, held; or NULL. */
static struct aspace *next_space(struct object *o, uint64_t number)
{
    irq_state state = spin_lock_irqsave(&o->lock);
    struct area *area = o->first_area;
    while (area && area->cut >= number)
        area = area->next;
    struct aspace *a = area ? area->aspace : NULL;
    if (a) {
        aspace_hold(a);
        mark(o, area, number);
    }
    spin_unlock_irqrestore(&o->lock, state);
    return a;
}

/* ---- in a space ---- */

#define REGIONS_MAX 64 /* that are looked at with the lock taken once */

/* The next region at or after *at that shows the object; *at is where it is, or where the search
 * ended. */
static struct region *find_region(struct aspace *a, const struct object *o, uintptr_t *at)
{
    for (unsigned i = 0; i < REGIONS_MAX; i++) {
        struct region *r = regions_at_or_after(&a->regions, *at);
        if (r == NULL) {
            *at = PTE_USER_END;
            return NULL;
        }
        if (r->object == o)
            return r;
        *at = r->end;
    }
    return NULL;
}

/* Takes out some pages from *at on; moves it on. */
static void cut_some(struct aspace *a, struct object *o, uint64_t number, uintptr_t *at)
{
    phys_t frames[ASPACE_BATCH];
    unsigned n = 0;
    uintptr_t from = 0, end = 0;
    irq_state state = spin_lock_irqsave(&a->lock);
    struct region *r = find_region(a, o, at);
    if (r) {
        irq_state inner = spin_lock_irqsave(&o->lock);
        mark(o, area_of(r), number);
        spin_unlock_irqrestore(&o->lock, inner);
        from = *at = MAX(*at, end_of_content(r));
        end = r->end;
        n = aspace_clear(a, r, at, end, frames);
        *at = MIN(*at, end);
    }
    spin_unlock_irqrestore(&a->lock, state);
    if (n > 0)
        tlb_flush_user(a, from, *at - from);
    while (n > 0)
        frames_free(frames[--n], 0);
}

void aspace_cut(struct object *o)
{
    irq_state state = spin_lock_irqsave(&o->lock);
    uint64_t number = ++o->nr_cuts;
    spin_unlock_irqrestore(&o->lock, state);
    struct aspace *a;
    while ((a = next_space(o, number))) {
        for (uintptr_t at = USER_START; at < PTE_USER_END;)
            cut_some(a, o, number, &at);
        aspace_release(a);
    }
}
