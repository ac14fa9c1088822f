/* aspace_move.c: mappings that are made again elsewhere, pages that go there, and what a fork does
 * with them. */
#include "aspace_parts.h"
#include "errno.h"
#include "walk.h"

long aspace_map_like(struct aspace *a, uintptr_t like, size_t skip, uintptr_t start, size_t size)
{
    const struct region *r = regions_find(&a->regions, like);
    if (r == NULL || like % PAGE_SIZE || skip % PAGE_SIZE)
        return -EINVAL;
    return aspace_map(a, start, size, r->flags, r->object, r->offset + (like - r->start) + skip);
}

/* Moves leaves of [*at, end) by `distance`. -ENOMEM: there is no table. What came there meanwhile
 * stays. */
static int move_some(struct aspace *a, uintptr_t *at, uintptr_t end, uintptr_t distance)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    int result = 0;
    for (unsigned i = 0; i < ASPACE_BATCH && result == 0; i++, *at += PAGE_SIZE) {
        pte_t *leaf = user_tables_next(&a->tables, at, end);
        if (leaf == NULL) {
            *at = end;
            break;
        }
        pte_t *other = user_tables_leaf(&a->tables, *at + distance, has_room(a));
        if (other == NULL) {
            result = -ENOMEM;
            break;
        }
        if (pte_is_empty(entry_read(other))) {
            entry_write(other, entry_read(leaf));
            entry_write(leaf, 0);
        }
    }
    pte_publish_user();
    spin_unlock_irqrestore(&a->lock, state);
    return result;
}

static int move_all(struct aspace *a, uintptr_t *at, uintptr_t end, uintptr_t distance)
{
    int result = 0;
    while (result == 0 && *at < end)
        result = move_some(a, at, end, distance);
    return result;
}

/* What aspace_cut may be about to take out is left where it is. */
int aspace_move(struct aspace *a, uintptr_t from, uintptr_t to, size_t size)
{
    const struct region *r = regions_find(&a->regions, from);
    if (r == NULL || (from | to | size) % PAGE_SIZE || size > r->end - from)
        return -EINVAL;
    uintptr_t end = MIN(from + size, end_of_content(r)), at = from;
    int result = move_all(a, &at, end, to - from);
    if (result) { /* there are tables for the way back */
        uintptr_t back = to;
        move_all(a, &back, to + (at - from), from - to);
    }
    tlb_flush_user(a, from, size);
    tlb_flush_user(a, to, size);
    return result;
}

static bool is_mapped(const struct aspace *a, uintptr_t start, uintptr_t end, bool as_zeros)
{
    for (uintptr_t at = start; at < end;) {
        const struct region *r = regions_find(&a->regions, at);
        if (r == NULL || (as_zeros && r->object))
            return false;
        at = r->end;
    }
    return true;
}

int aspace_mark(struct aspace *a, uintptr_t start, size_t size, unsigned set, unsigned clear)
{
    if (!aspace_is_range(start, size))
        return -EINVAL;
    if (!is_mapped(a, start, start + size, false))
        return -ENOMEM;
    if (set & REGION_WIPED && !is_mapped(a, start, start + size, true))
        return -EINVAL;
    int result = aspace_cut_out(a, start, size);
    if (result)
        return result;
    irq_state state = spin_lock_irqsave(&a->lock);
    struct region *r = regions_find(&a->regions, start);
    for (; r && r->start < start + size; r = regions_next(r))
        r->flags = (r->flags & ~clear) | set;
    spin_unlock_irqrestore(&a->lock, state);
    return 0;
}
