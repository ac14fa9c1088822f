/* aspace_fault.c: pages come, and are copied, when they are touched. */
#include "aspace_parts.h"
#include "errno.h"
#include "frames.h"
#include "machine.h"
#include "walk.h"

static phys_t new_frame(const struct aspace *a, const void *content)
{
    phys_t frame = has_room(a) ? frames_alloc_spare() : 0;
    if (frame && content)
        memcpy(phys_to_virt(frame), content, PAGE_SIZE);
    else if (frame)
        memset(phys_to_virt(frame), 0, PAGE_SIZE);
    return frame;
}

/* ---- with the lock ---- */

static void set_leaf(pte_t *leaf, const struct region *r, phys_t frame, unsigned before)
{
    entry_write(leaf, pte_leaf(frame, leaf_flags(r, frame, before), 0));
    pte_publish_user();
}

static enum fault_end zeros(struct aspace *a, const struct region *r, pte_t *leaf)
{
    phys_t frame = new_frame(a, NULL);
    if (frame == 0)
        return FAULT_NO_MEMORY;
    a->nr_private++;
    set_leaf(leaf, r, frame, 0);
    return FAULT_RESOLVED;
}

static enum fault_end end_of(int error)
{
    switch (error) {
    case 0:
        return FAULT_RESOLVED;
    case -EAGAIN:
        return FAULT_ABSENT;
    case -EFAULT:
        return FAULT_OUTSIDE;
    default:
        return FAULT_NO_MEMORY;
    }
}

static enum fault_end show(struct aspace *a, const struct region *r, pte_t *leaf, uint64_t index,
                           struct absent_page *absent)
{
    phys_t frame;
    enum fault_end end = end_of(object_page(r->object, index, &frame));
    if (end == FAULT_ABSENT)
        *absent = (struct absent_page){r->object, index};
    if (end == FAULT_RESOLVED) {
        a->nr_private += is_private(r);
        set_leaf(leaf, r, frame,
                 ((struct object *)r->object)->kind == OBJECT_FIXED ? PAGE_FOREIGN : 0);
    }
    return end;
}

/* What is to be done without the lock. A frame that is foreign has no owners to be counted. */
struct rest {
    bool replaced; /* the page had this frame: to be given up when no core knows it any more */
    bool executed; /* this frame, which has an owner more for that, is to be executed from */
    phys_t frame;
    bool foreign;
};

/* A private page that is mapped, to be written: where it is when nobody else has its frame, else in
 * a copy. */
static enum fault_end own(struct aspace *a, const struct region *r, uintptr_t page, pte_t *leaf,
                          struct rest *rest)
{
    pte_t before = entry_read(leaf);
    phys_t frame = pte_leaf_phys(before, 0);
    unsigned flags = pte_leaf_flags(before, 0), foreign = flags & PAGE_FOREIGN;
    if (foreign || frames_is_shared(frame)) {
        phys_t copy = new_frame(a, phys_to_virt(frame));
        if (copy == 0)
            return FAULT_NO_MEMORY;
        *rest = (struct rest){.replaced = true, .frame = frame, .foreign = foreign};
        if (PTE_BREAK_BEFORE_MAKE) {
            entry_write(leaf, 0);
            tlb_flush_user(a, page, PAGE_SIZE); /* SAFETY: by no interrupt: FLUSH_REACHES_ALL */
        }
        frame = copy;
        flags = 0;
    }
    set_leaf(leaf, r, frame, flags);
    return FAULT_RESOLVED;
}

static void note_executed(const pte_t *leaf, struct rest *rest)
{
    phys_t frame = pte_leaf_phys(entry_read(leaf), 0);
    bool foreign = pte_leaf_flags(entry_read(leaf), 0) & PAGE_FOREIGN;
    if (!foreign)
        frames_share(frame);
    *rest = (struct rest){.executed = true, .frame = frame, .foreign = foreign};
}

/* Whoever changes a region's flags changes its leaves; so one that is mapped and yet does not allow
 * what its region does is a private page with other owners, or not executable yet, or what a core
 * remembers is old. */
static enum fault_end resolve(struct aspace *a, const struct region *r, uintptr_t page,
                              unsigned wants, struct absent_page *absent, struct rest *rest)
{
    pte_t *leaf = user_tables_leaf(&a->tables, page, has_room(a));
    if (leaf == NULL)
        return FAULT_NO_MEMORY;
    if (pte_is_empty(entry_read(leaf))) {
        enum fault_end end =
            r->object ? show(a, r, leaf, page_index(r, page), absent) : zeros(a, r, leaf);
        if (end != FAULT_RESOLVED)
            return end;
    }
    unsigned lacks = wants & ~pte_leaf_flags(entry_read(leaf), 0);
    enum fault_end end = FAULT_RESOLVED;
    if (lacks & PAGE_EXEC)
        note_executed(leaf, rest);
    else if (lacks)
        end = own(a, r, page, leaf, rest);
    arch_flush_user(page, PAGE_SIZE);
    return end;
}

#define STACK_GUARD (256 * PAGE_SIZE) /* below a stack, to what is mapped there: as Linux's */

/* The region that holds the page, or holds it from now on as it grows down. */
static const struct region *find_or_grow(struct aspace *a, uintptr_t page)
{
    struct region *r = regions_at_or_after(&a->regions, page);
    if (r == NULL || r->start <= page)
        return r;
    const struct region *below = regions_prev(r);
    bool needs_guard = below && below->flags & REGION_ACCESS && !(below->flags & REGION_GROWS_DOWN);
    if (!(r->flags & REGION_GROWS_DOWN) || page < USER_START || r->end - page > a->stack_limit ||
        (needs_guard && page - below->end < STACK_GUARD))
        return NULL;
    a->mapped += r->start - page;
    regions_resize(&a->regions, r, page, r->end);
    return r;
}

/* ---- without the lock ---- */

static void give_up(const struct rest *rest)
{
    if (!rest->foreign)
        frames_free(rest->frame, 0);
}

/* Every core fetches what the frame holds now; then, unless another frame is there by now, the leaf
 * says so. */
static void allow_execution(struct aspace *a, uintptr_t page, const struct rest *rest)
{
    arch_code_written(phys_to_virt(rest->frame), PAGE_SIZE);
    tlb_code_changed(a);
    irq_state state = spin_lock_irqsave(&a->lock);
    const struct region *r = regions_find(&a->regions, page);
    pte_t *leaf = r ? user_tables_leaf(&a->tables, page, false) : NULL;
    pte_t value = leaf ? entry_read(leaf) : 0;
    if (!pte_is_empty(value) && pte_leaf_phys(value, 0) == rest->frame) {
        set_leaf(leaf, r, rest->frame, pte_leaf_flags(value, 0) | PAGE_EXEC);
        arch_flush_user(page, PAGE_SIZE);
    }
    spin_unlock_irqrestore(&a->lock, state);
    give_up(rest);
}

enum fault_end aspace_fault(struct aspace *a, uintptr_t address, unsigned wants,
                            struct absent_page *absent)
{
    uintptr_t page = ALIGN_DOWN(address, PAGE_SIZE);
    struct rest rest = {0};
    enum fault_end end;
    irq_state state = spin_lock_irqsave(&a->lock);
    const struct region *r = find_or_grow(a, page);
    if (r == NULL)
        end = FAULT_UNMAPPED;
    else if (wants & ~r->flags & REGION_ACCESS)
        end = FAULT_FORBIDDEN;
    else
        end = resolve(a, r, page, wants, absent, &rest);
    spin_unlock_irqrestore(&a->lock, state);
    if (rest.executed)
        allow_execution(a, page, &rest);
    if (rest.replaced) {
        if (!PTE_BREAK_BEFORE_MAKE)
            tlb_flush_user(a, page, PAGE_SIZE);
        give_up(&rest);
    }
    return end;
}
