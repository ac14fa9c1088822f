/* aspace.c: regions come, change and go; see aspace.h. */
#include "aspace_parts.h"
#include "errno.h"
#include "frames.h"
#include "slab.h"
#include "walk.h"

static struct slab aspaces = SLAB_INIT("spaces", struct aspace, 64);
static struct slab areas = SLAB_INIT("regions", struct area, 64);

static uint64_t last_id;

struct aspace *aspace_new(uint64_t limit)
{
    struct aspace *a = slab_alloc(&aspaces);
    if (a == NULL)
        return NULL;
    *a = (struct aspace){.lock = SPINLOCK_INIT, .users = 1, .limit = limit};
    a->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
    regions_init(&a->regions, USER_START, PTE_USER_END);
    if (limit < 1 || user_tables_make(&a->tables) != 0) {
        slab_free(&aspaces, a);
        return NULL;
    }
    return a;
}

bool aspace_is_range(uintptr_t start, size_t size)
{
    return size > 0 && (start | size) % PAGE_SIZE == 0 && start >= USER_START &&
           start < PTE_USER_END && size <= PTE_USER_END - start;
}

void aspace_limit_stacks(struct aspace *a, uint64_t limit)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    a->stack_limit = limit;
    spin_unlock_irqrestore(&a->lock, state);
}

/* ---- mapping ---- */

#define STACK_ROOM_MIN (128 * MIB) /* its limit may be raised later */
#define STACK_ROOM_MAX (PTE_USER_END / 8)

/* How far down the stack, which is the region, may come. */
static uintptr_t stack_bottom(const struct aspace *a, const struct region *stack)
{
    const struct region *below = regions_prev(stack);
    uintptr_t room =
        MIN(MIN(MAX(a->stack_limit, STACK_ROOM_MIN), STACK_ROOM_MAX), stack->end - USER_START);
    uintptr_t bottom =
        MAX(stack->end - ALIGN_DOWN(room, PAGE_SIZE), below ? below->end : USER_START);
    return MIN(bottom, stack->start);
}

/* The last gap that is not the stack's to grow into, if there is such a one. */
static uintptr_t last_gap(struct aspace *a, size_t size)
{
    struct region *stack = a->stack_top ? regions_find(&a->regions, a->stack_top - 1) : NULL;
    uintptr_t at = 0;
    if (stack) {
        uintptr_t start = stack->start;
        regions_resize(&a->regions, stack, stack_bottom(a, stack), stack->end);
        at = regions_last_gap(&a->regions, size);
        regions_resize(&a->regions, stack, start, stack->end);
    }
    return at ? at : regions_last_gap(&a->regions, size);
}

static int insert(struct aspace *a, struct region *r, size_t size)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    if (r->start == 0)
        r->start = last_gap(a, size);
    r->end = r->start + size;
    int result = r->start == 0 ? -ENOMEM : regions_insert(&a->regions, r);
    if (result == 0)
        a->mapped += size;
    if (result == 0 && r->flags & REGION_GROWS_DOWN && a->stack_top == 0)
        a->stack_top = r->end;
    spin_unlock_irqrestore(&a->lock, state);
    return result;
}

static struct area *new_area(struct aspace *a)
{
    return a->regions.count < SPACE_REGIONS_MAX ? slab_alloc(&areas) : NULL;
}

static void end_area(struct area *area)
{
    if (area->region.object)
        area_hide(area);
    slab_free(&areas, area);
}

long aspace_map(struct aspace *a, uintptr_t start, size_t size, unsigned flags,
                struct object *object, uint64_t offset)
{
    if (!aspace_is_range(start ? start : USER_START, size) || offset % PAGE_SIZE ||
        (object == NULL && flags & REGION_SHARED))
        return -EINVAL;
    struct area *area = new_area(a);
    if (area == NULL)
        return -ENOMEM;
    area->region =
        (struct region){.start = start, .flags = flags, .object = object, .offset = offset};
    if (object)
        area_show(area, a, object);
    int result = insert(a, &area->region, size);
    if (result != 0) {
        end_area(area);
        return result;
    }
    return (long)area->region.start;
}

/* ---- cutting regions so that they end where a range does ---- */

static int cut_at(struct aspace *a, uintptr_t at)
{
    struct area *upper = new_area(a);
    if (upper == NULL)
        return -ENOMEM;
    irq_state state = spin_lock_irqsave(&a->lock);
    struct region *r = regions_find(&a->regions, at);
    bool cuts = r && r->start < at;
    if (cuts)
        regions_split(&a->regions, r, at, &upper->region);
    spin_unlock_irqrestore(&a->lock, state);
    if (!cuts)
        slab_free(&areas, upper);
    else if (r->object)
        area_show(upper, a, r->object);
    return 0;
}

int aspace_cut_out(struct aspace *a, uintptr_t start, size_t size)
{
    int result = cut_at(a, start);
    return result ? result : cut_at(a, start + size);
}

/* ---- unmapping ---- */

unsigned aspace_clear(struct aspace *a, const struct region *r, uintptr_t *at, uintptr_t end,
                      phys_t *frames)
{
    unsigned n = 0;
    for (unsigned i = 0; i < ASPACE_BATCH; i++, *at += PAGE_SIZE) {
        pte_t *leaf = user_tables_next(&a->tables, at, end);
        if (leaf == NULL)
            break;
        pte_t value = entry_read(leaf);
        if (!(pte_leaf_flags(value, 0) & PAGE_FOREIGN))
            frames[n++] = pte_leaf_phys(value, 0);
        a->nr_private -= is_private(r);
        entry_write(leaf, 0);
    }
    return n;
}

static void clear_range(struct aspace *a, const struct region *r, uintptr_t start, uintptr_t end)
{
    for (uintptr_t at = start; at < end;) {
        phys_t frames[ASPACE_BATCH];
        uintptr_t from = at;
        irq_state state = spin_lock_irqsave(&a->lock);
        unsigned n = aspace_clear(a, r, &at, end, frames);
        spin_unlock_irqrestore(&a->lock, state);
        tlb_flush_user(a, from, MIN(at, end) - from);
        while (n > 0)
            frames_free(frames[--n], 0);
    }
}

/* Its pages first: a fault that comes meanwhile must find no region. */
static void remove_region(struct aspace *a, struct region *r)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    regions_remove(&a->regions, r);
    a->mapped -= r->end - r->start;
    spin_unlock_irqrestore(&a->lock, state);
    clear_range(a, r, r->start, r->end);
    end_area(area_of(r));
}

int aspace_unmap(struct aspace *a, uintptr_t start, size_t size)
{
    if (!aspace_is_range(start, size))
        return -EINVAL;
    int result = aspace_cut_out(a, start, size);
    if (result)
        return result;
    struct region *r;
    while ((r = regions_at_or_after(&a->regions, start)) && r->start < start + size)
        remove_region(a, r);
    return 0;
}

int aspace_discard(struct aspace *a, uintptr_t start, size_t size)
{
    if (!aspace_is_range(start, size))
        return -EINVAL;
    uintptr_t end = start + size;
    const struct region *r = regions_at_or_after(&a->regions, start);
    for (; r && r->start < end; r = regions_next(r))
        if (is_private(r))
            clear_range(a, r, MAX(r->start, start), MIN(r->end, end));
    return 0;
}

void aspace_release(struct aspace *a)
{
    if (__atomic_fetch_sub(&a->users, 1, __ATOMIC_ACQ_REL) > 1)
        return;
    user_tables_free(&a->tables);
    slab_free(&aspaces, a);
}

void aspace_free(struct aspace *a)
{
    struct region *r;
    while ((r = regions_at_or_after(&a->regions, USER_START)))
        remove_region(a, r);
    tlb_leave(a);
    aspace_release(a);
}

/* ---- other flags ---- */

/* Where what is mapped from the start on without a hole, and may have these flags, ends; and why
 * there. */
static uintptr_t protectable(const struct aspace *a, uintptr_t start, uintptr_t end, unsigned flags,
                             int *why)
{
    uintptr_t at = start;
    *why = 0;
    while (at < end && *why == 0) {
        const struct region *r = regions_find(&a->regions, at);
        if (r == NULL)
            *why = -ENOMEM;
        else if (flags & PAGE_WRITE && r->flags & REGION_NEVER_WRITTEN)
            *why = -EACCES;
        else
            at = MIN(r->end, end);
    }
    return at;
}

/* Gives leaves of [*at, r->end) what their region allows now. */
static void protect_some(struct aspace *a, const struct region *r, uintptr_t *at)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    for (unsigned i = 0; i < ASPACE_BATCH; i++, *at += PAGE_SIZE) {
        pte_t *leaf = user_tables_next(&a->tables, at, r->end);
        if (leaf == NULL)
            break;
        phys_t frame = pte_leaf_phys(entry_read(leaf), 0);
        unsigned before = pte_leaf_flags(entry_read(leaf), 0);
        entry_write(leaf, pte_leaf(frame, leaf_flags(r, frame, before), 0));
    }
    pte_publish_user();
    spin_unlock_irqrestore(&a->lock, state);
}

static void protect_region(struct aspace *a, struct region *r, unsigned flags)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    r->flags = (r->flags & ~(unsigned)REGION_ACCESS) | flags;
    spin_unlock_irqrestore(&a->lock, state);
    for (uintptr_t at = r->start; at < r->end;)
        protect_some(a, r, &at);
    tlb_flush_user(a, r->start, r->end - r->start);
}

int aspace_protect(struct aspace *a, uintptr_t start, size_t size, unsigned flags)
{
    if (!aspace_is_range(start, size) || flags & ~(unsigned)REGION_ACCESS)
        return -EINVAL;
    int why;
    uintptr_t end = protectable(a, start, start + size, flags, &why);
    int result = end > start ? aspace_cut_out(a, start, end - start) : 0;
    if (result)
        return result;
    for (uintptr_t at = start; at < end;) {
        struct region *r = regions_find(&a->regions, at);
        protect_region(a, r, flags);
        at = r->end;
    }
    return why;
}

/* ---- forking ---- */

/* Shares private pages of [*at, r->end) with the child, neither's to be written. -ENOMEM: the child
 * has no table. The child has its lock, as aspace_cut may be there; what that is about to take out
 * is left out. */
static int share_some(struct aspace *a, struct aspace *child, const struct region *r, uintptr_t *at)
{
    int result = 0;
    irq_state state = spin_lock_irqsave(&a->lock), inner = spin_lock_irqsave(&child->lock);
    uintptr_t end = end_of_content(r);
    for (unsigned i = 0; i < ASPACE_BATCH && result == 0; i++, *at += PAGE_SIZE) {
        pte_t *leaf = user_tables_next(&a->tables, at, end);
        if (leaf == NULL) {
            *at = r->end;
            break;
        }
        pte_t *copy = user_tables_leaf(&child->tables, *at, has_room(child));
        if (copy == NULL) {
            result = -ENOMEM;
            break;
        }
        phys_t frame = pte_leaf_phys(entry_read(leaf), 0);
        unsigned before = pte_leaf_flags(entry_read(leaf), 0);
        if (!(before & PAGE_FOREIGN))
            frames_share(frame);
        pte_t shared = pte_leaf(frame, leaf_flags(r, frame, before), 0);
        entry_write(leaf, shared);
        entry_write(copy, shared);
        child->nr_private++;
    }
    pte_publish_user();
    spin_unlock_irqrestore(&child->lock, inner);
    spin_unlock_irqrestore(&a->lock, state);
    return result;
}

static int fork_region(struct aspace *a, struct aspace *child, const struct region *r)
{
    if (r->flags & REGION_NOT_FORKED)
        return 0;
    bool copies = is_private(r) && !(r->flags & REGION_WIPED);
    long start = aspace_map(child, r->start, r->end - r->start, r->flags, r->object, r->offset);
    int result = start < 0 ? (int)start : 0;
    for (uintptr_t at = r->start; copies && result == 0 && at < r->end;)
        result = share_some(a, child, r, &at);
    if (copies)
        tlb_flush_user(a, r->start, r->end - r->start);
    return result;
}

struct aspace *aspace_fork(struct aspace *a)
{
    struct aspace *child = aspace_new(a->limit);
    int result = child ? 0 : -ENOMEM;
    const struct region *r = regions_at_or_after(&a->regions, USER_START);
    if (child) {
        child->stack_limit = a->stack_limit;
        child->stack_top = a->stack_top;
    }
    for (; r && result == 0; r = regions_next(r))
        result = fork_region(a, child, r);
    if (child == NULL || result) {
        if (child)
            aspace_free(child);
        return NULL;
    }
    child->code = __atomic_load_n(&a->code, __ATOMIC_SEQ_CST);
    return child;
}

/* ---- looking ---- */

unsigned aspace_flags(struct aspace *a, uintptr_t address, phys_t *phys)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    pte_t *leaf = user_tables_leaf(&a->tables, address, false);
    pte_t value = leaf ? entry_read(leaf) : 0;
    spin_unlock_irqrestore(&a->lock, state);
    if (pte_is_empty(value))
        return PAGE_NONE;
    *phys = pte_leaf_phys(value, 0) + address % PAGE_SIZE;
    return pte_leaf_flags(value, 0);
}

bool aspace_region(struct aspace *a, uintptr_t address, struct aspace_region *region)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    const struct region *r = regions_at_or_after(&a->regions, address);
    if (r)
        *region = (struct aspace_region){r->start, r->end, r->flags, r->object != NULL, r->offset,
                                         r->object ? ((struct object *)r->object)->pager : 0};
    spin_unlock_irqrestore(&a->lock, state);
    return r != NULL;
}

void aspace_figures(struct aspace *a, struct aspace_figures *figures)
{
    irq_state state = spin_lock_irqsave(&a->lock);
    *figures = (struct aspace_figures){
        .limit = a->limit,
        .nr_frames = a->nr_private + a->tables.nr_tables,
        .mapped = a->mapped,
        .nr_regions = a->regions.count,
    };
    spin_unlock_irqrestore(&a->lock, state);
}
