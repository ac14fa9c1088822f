/* kspace.c: reservations in a tree of regions, frames behind them in the page tables.
 *
 * A region is a reservation and says nothing of frames: what is committed is what the tables map.
 * So committing and freeing inside a reservation never splits it. Frames are handed out and taken
 * back with the lock released; two threads may not commit or free the same addresses at the same
 * time, as they may not use them so. */
#include "errno.h"
#include "frames.h"
#include "kspace.h"
#include "paging.h"
#include "panic.h"
#include "regions.h"
#include "slab.h"

static struct spinlock lock = SPINLOCK_INIT;
static struct slab region_slab = SLAB_INIT("kernel regions", struct region, 8);
static struct regions space;
static _Atomic uint64_t committed_bytes;
static _Atomic uint64_t reserve_bytes;

void kspace_init(void)
{
    regions_init(&space, kspace_start, kspace_end);
}

uint64_t kspace_committed(void)
{
    return committed_bytes;
}

/* Beyond what is held back: for the kernel, when processes have taken the rest. */
#define KERNEL_MARGIN (8 * MIB)

void kspace_set_reserve(uint64_t bytes)
{
    reserve_bytes = bytes;
    frames_keep(bytes + KERNEL_MARGIN);
}

uint64_t kspace_reserve_bytes(void)
{
    return reserve_bytes;
}

/* ---- addresses ---- */

uintptr_t kspace_reserve(size_t size, size_t align)
{
    size = ALIGN_UP(size, PAGE_SIZE);
    struct region *r = size ? slab_alloc(&region_slab) : NULL;
    if (r == NULL)
        return 0;
    irq_state state = spin_lock_irqsave(&lock);
    uintptr_t start = regions_gap(&space, size, MAX(align, PAGE_SIZE));
    *r = (struct region){.start = start, .end = start + size};
    if (start != 0 && regions_insert(&space, r) != 0)
        panic("kspace_reserve: the gap at %lx is taken", start);
    spin_unlock_irqrestore(&lock, state);
    if (start == 0)
        slab_free(&region_slab, r);
    return start;
}

bool kspace_owns(uintptr_t start, size_t size)
{
    uintptr_t at = start, end = start + size;
    irq_state state = spin_lock_irqsave(&lock);
    while (at < end) {
        struct region *r = regions_find(&space, at);
        if (r == NULL)
            break;
        at = r->end;
    }
    spin_unlock_irqrestore(&lock, state);
    return size > 0 && at >= end;
}

/* Makes region boundaries at both ends of [start, end). Lock held. False without a node for it. */
static bool split_at(uintptr_t at)
{
    struct region *r = regions_find(&space, at);
    if (r == NULL || r->start == at)
        return true;
    struct region *upper = slab_alloc(&region_slab);
    if (upper)
        regions_split(&space, r, at, upper);
    return upper != NULL;
}

static int remove_regions(uintptr_t start, uintptr_t end)
{
    irq_state state = spin_lock_irqsave(&lock);
    bool ok = split_at(start) && split_at(end);
    struct region *r;
    while (ok && (r = regions_at_or_after(&space, start)) != NULL && r->start < end) {
        regions_remove(&space, r);
        slab_free(&region_slab, r);
    }
    spin_unlock_irqrestore(&lock, state);
    return ok ? 0 : -ENOMEM;
}

/* ---- frames ---- */

static void zero_block(phys_t block, unsigned order)
{
    memset(phys_to_virt(block), 0, FRAME_SIZE << order);
}

/* One aligned hole [at, at + size of order) of the range: a zeroed block, mapped. */
static bool commit_block(uintptr_t at, unsigned order, unsigned flags)
{
    phys_t block = frames_alloc(order);
    if (block == 0)
        return false;
    zero_block(block, order);
    if (paging_map(at, block, FRAME_SIZE << order, flags) != 0) {
        frames_free(block, order);
        return false;
    }
    struct mapping m;
    if (order > 0 && paging_lookup(at, &m) && m.page_size == PAGE_SIZE)
        frames_split(
            block,
            order); /* a table of small pages was there already: it will be unmapped by them */
    committed_bytes += FRAME_SIZE << order;
    return true;
}

/* The end of the hole that begins at `at`: the next mapped page, or end. */
static uintptr_t hole_end(uintptr_t at, uintptr_t end)
{
    struct mapping m;
    while (at < end && !paging_lookup(at, &m))
        at = ALIGN_DOWN(at, m.page_size) + m.page_size;
    return MIN(at, end);
}

/* Blocks that are tried, the largest first. Several small pages at once are for the locks' sake:
 * cores that commit at the same time wait for each other at every block. */
static const unsigned block_orders[] = {9, 4, 0};

/* One block at `at`, as large as fits and is there; its size, 0 without memory. */
static size_t commit_largest(uintptr_t at, uintptr_t end, unsigned flags)
{
    for (unsigned i = 0; i < ARRAY_LEN(block_orders); i++) {
        size_t size = PAGE_SIZE << block_orders[i];
        if ((at & (size - 1)) == 0 && end - at >= size && commit_block(at, block_orders[i], flags))
            return size;
    }
    return 0;
}

static int commit_hole(uintptr_t start, uintptr_t end, unsigned flags)
{
    for (uintptr_t at = start; at < end;) {
        size_t size = commit_largest(at, end, flags);
        if (size == 0) {
            kspace_decommit(start, at - start);
            return -ENOMEM;
        }
        at += size;
    }
    return 0;
}

static bool would_touch_reserve(size_t size)
{
    return size > KSPACE_SMALL && frames_free_total() < size + reserve_bytes;
}

int kspace_commit(uintptr_t start, size_t size, unsigned flags)
{
    size = ALIGN_UP(size, PAGE_SIZE);
    if (!kspace_owns(start, size))
        return -EINVAL;
    if (would_touch_reserve(size))
        return -ENOMEM;
    uintptr_t end = start + size, at = start;
    while (at < end) {
        uintptr_t hole = hole_end(at, end);
        int error = hole > at ? commit_hole(at, hole, flags) : 0;
        if (error)
            return error;
        struct mapping m;
        for (at = hole; at < end && paging_lookup(at, &m);
             at = ALIGN_DOWN(at, m.page_size) + m.page_size)
            if (m.flags != flags) {
                uintptr_t step = MIN(ALIGN_DOWN(at, m.page_size) + m.page_size, end) - at;
                error = paging_protect(at, step, flags);
                if (error)
                    return error;
                tlb_flush(at, step);
            }
    }
    return 0;
}

static void free_unmapped(const struct unmapped *u)
{
    frames_free(u->phys, u->order);
    committed_bytes -= FRAME_SIZE << u->order;
}

static void unmap(uintptr_t start, size_t size, bool is_owner)
{
    struct unmapped removed[64];
    for (uintptr_t at = start, end = start + ALIGN_UP(size, PAGE_SIZE); at < end;) {
        size_t done;
        unsigned n = paging_unmap(at, end - at, removed, ARRAY_LEN(removed), &done);
        if (n > 0)
            tlb_flush(at, done);
        for (unsigned i = 0; is_owner && i < n; i++)
            free_unmapped(&removed[i]);
        at += done;
    }
}

int kspace_decommit(uintptr_t start, size_t size)
{
    unmap(start, size, true);
    return 0;
}

int kspace_release(uintptr_t start, size_t size)
{
    size = ALIGN_UP(size, PAGE_SIZE);
    kspace_decommit(start, size);
    return remove_regions(start, start + size);
}

/* ---- together ---- */

uintptr_t kspace_alloc(size_t size, unsigned flags)
{
    size_t align = size >= LARGE_PAGE_SIZE ? LARGE_PAGE_SIZE : PAGE_SIZE;
    uintptr_t start = kspace_reserve(size, align);
    if (start && kspace_commit(start, size, flags) != 0) {
        kspace_release(start, size);
        return 0;
    }
    return start;
}

uintptr_t kspace_stack(size_t size)
{
    uintptr_t guard = kspace_reserve(size + PAGE_SIZE, PAGE_SIZE);
    if (guard && kspace_commit(guard + PAGE_SIZE, size, PAGE_READ | PAGE_WRITE) != 0) {
        kspace_release(guard, size + PAGE_SIZE);
        return 0;
    }
    return guard ? guard + PAGE_SIZE + size : 0;
}

void kspace_stack_free(uintptr_t top, size_t size)
{
    kspace_release(top - size - PAGE_SIZE, size + PAGE_SIZE);
}

uintptr_t kspace_map_phys(phys_t phys, size_t size, unsigned flags)
{
    uintptr_t offset = phys & (PAGE_SIZE - 1);
    size_t span = ALIGN_UP(size + offset, PAGE_SIZE);
    uintptr_t start = kspace_reserve(span, span >= LARGE_PAGE_SIZE ? LARGE_PAGE_SIZE : PAGE_SIZE);
    if (start && paging_map(start, phys - offset, span, flags) != 0) {
        remove_regions(start, start + span);
        return 0;
    }
    return start ? start + offset : 0;
}

void kspace_unmap_phys(uintptr_t virt, size_t size)
{
    uintptr_t offset = virt & (PAGE_SIZE - 1);
    size_t span = ALIGN_UP(size + offset, PAGE_SIZE);
    unmap(virt - offset, span, false);
    remove_regions(virt - offset, virt - offset + span);
}
