/* frames.c: the buddy allocator of physical frames.
 *
 * Memory is kept in arenas, one for each range added (cut at 4 GiB, so that "below 4 GiB" is a
 * matter of whole arenas). An arena starts with its own array of records, one a frame; the rest,
 * its managed frames, is at any moment partitioned into blocks of 2^order frames, aligned to their
 * size by physical address. The record of a block's first frame, its head, says whether the block
 * is free and how large it is. Free blocks of one arena and order are on a doubly linked list
 * through their records.
 *
 * Why nothing is zeroed, and yet no unwritten record is believed: frames_add writes the heads of
 * the partition it makes, and splitting or merging writes the heads that it makes, so every head is
 * written. Everything read is a head:
 *  - lists link free heads only;
 *  - merging a block of order o reads the frame b where its buddy would start, if b is managed. The
 *    block that holds b cannot start below b: blocks are aligned, so it would be larger than o and
 * hold the merging block as well. So b is a head, of order o or smaller (the latter also when the
 * arena ends before the buddy does, for a block never leaves its arena);
 *  - frames_free reads what its caller names. That was a head if the caller is right. A head
 * absorbed by a merge is overwritten, so a block freed twice is always caught; a frame that never
 * was a head is caught unless its memory happens to hold the 32-bit word ALLOCATED and the same
 * order. */
#include "frames.h"
#include "errno.h"
#include "panic.h"
#include "paging.h"
#include "spinlock.h"

#define ARENAS           256
#define ARENA_FRAMES_MAX (1ull << 31) /* 8 TiB */
#define CUT_FRAMES       (4 * GIB / FRAME_SIZE)
#define ORDERS           (FRAME_ORDER_MAX + 1)
#define NONE             0 /* no index: frame 0 of an arena holds records */

/* What a head is. Unlikely words, because records start as whatever memory held. */
enum { ABSORBED = 0, FREE = 0x5eedf4ee, ALLOCATED = 0x7a11cafe };

#define MORE_OWNERS_MAX ((1u << 24) - 1)

/* The links are unused while a block is allocated. */
struct record {
    uint32_t state;
    uint32_t order : 8, more_owners : 24; /* of an allocated frame: besides the first */
    uint32_t next, prev; /* of the same arena and order, when free */
};

struct arena {
    uint64_t first_frame; /* physical address / FRAME_SIZE of index 0 */
    uint32_t nr_frames, nr_record_frames;
    struct record *record;
    uint32_t free_head[ORDERS];
};

static struct {
    struct spinlock lock;
    unsigned nr_arenas;
    struct arena arena[ARENAS];  /* in the order of adding */
    uint16_t by_address[ARENAS]; /* indexes of arena[], sorted */
    uint32_t orders;             /* bit o: some arena has a free block of order o */
    /* Bit ARENAS - 1 - a of [o]: arena a has one. The lowest bit is the arena added last. */
    uint64_t with_free[ORDERS][ARENAS / 64];
    uint64_t free_blocks[ORDERS];
    uint64_t total_frames, free_frames, low_frames; /* free_frames is also read without the lock */
} frames = {.lock = SPINLOCK_INIT};

/* The index of the lowest bit that is set. The compiler's own would call libgcc on riscv64; this
 * finds it by a de Bruijn sequence, whose 64 windows of six bits all differ. */
static unsigned lowest_bit(uint64_t word)
{
    static const uint8_t index[64] = {
        0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28, 62, 5,  39, 46, 44, 42,
        22, 9,  24, 35, 59, 56, 49, 18, 29, 11, 63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21,
        23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12};
    return index[(word & -word) * 0x022fdd63cc95386dull >> 58];
}

/* ---- Free lists ---- */

/* Notes that an arena's list of an order is empty no longer, or again. */
static void list_toggle(const struct arena *a, unsigned order)
{
    unsigned bit = ARENAS - 1 - (a - frames.arena);
    frames.with_free[order][bit / 64] ^= 1ull << bit % 64;
}

static void list_push(struct arena *a, uint32_t index, unsigned order)
{
    uint32_t next = a->free_head[order];
    a->record[index] = (struct record){.state = FREE, .order = order, .next = next, .prev = NONE};
    a->free_head[order] = index;
    if (next != NONE)
        a->record[next].prev = index;
    else
        list_toggle(a, order);
    if (frames.free_blocks[order]++ == 0)
        frames.orders |= 1u << order;
}

/* Takes a free block off its list; its record is the caller's to write. */
static void list_remove(struct arena *a, uint32_t index, unsigned order)
{
    uint32_t next = a->record[index].next, prev = a->record[index].prev;
    if (next != NONE)
        a->record[next].prev = prev;
    if (prev != NONE)
        a->record[prev].next = next;
    else if ((a->free_head[order] = next) == NONE)
        list_toggle(a, order);
    if (--frames.free_blocks[order] == 0)
        frames.orders &= ~(1u << order);
}

static void count_free(int64_t change)
{
    uint64_t free_frames = frames.free_frames + change;
    __atomic_store_n(&frames.free_frames, free_frames, __ATOMIC_RELAXED);
    frames.low_frames = MIN(frames.low_frames, free_frames);
}

/* ---- Arenas ---- */

/* How many places of by_address hold arenas that start at or below the frame. */
static unsigned arenas_up_to(uint64_t frame)
{
    unsigned low = 0, high = frames.nr_arenas;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (frames.arena[frames.by_address[middle]].first_frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The arena whose range holds the frame, or NULL. */
static struct arena *arena_of(uint64_t frame)
{
    unsigned place = arenas_up_to(frame);
    if (place == 0)
        return NULL;
    struct arena *a = &frames.arena[frames.by_address[place - 1]];
    return frame - a->first_frame < a->nr_frames ? a : NULL;
}

/* Whether a range would overlap one that is there. */
static bool arenas_overlap(uint64_t first, uint64_t end)
{
    unsigned place = arenas_up_to(end - 1);
    if (place == 0)
        return false;
    const struct arena *a = &frames.arena[frames.by_address[place - 1]];
    return a->first_frame + a->nr_frames > first;
}

/* Frees all managed frames of a new arena, in the largest aligned blocks. */
static void arena_fill(struct arena *a)
{
    uint32_t index = a->nr_record_frames;
    while (index < a->nr_frames) {
        unsigned order = lowest_bit((a->first_frame + index) | 1ull << FRAME_ORDER_MAX);
        while (1u << order > a->nr_frames - index)
            order--;
        list_push(a, index, order);
        index += 1u << order;
    }
}

static void arena_add(uint64_t first, uint32_t nr_frames)
{
    unsigned place = arenas_up_to(first), slot = frames.nr_arenas;
    for (unsigned i = frames.nr_arenas++; i > place; i--)
        frames.by_address[i] = frames.by_address[i - 1];
    frames.by_address[place] = slot;

    struct arena *a = &frames.arena[slot];
    a->first_frame = first;
    a->nr_frames = nr_frames;
    a->nr_record_frames = ALIGN_UP(nr_frames * sizeof(struct record), FRAME_SIZE) / FRAME_SIZE;
    /* SAFETY: the caller of frames_add gave this memory away, and the direct map covers it. */
    a->record = phys_to_virt(first << FRAME_SHIFT);
    arena_fill(a);

    uint64_t managed = nr_frames - a->nr_record_frames;
    frames.total_frames += nr_frames;
    frames.low_frames += managed;
    count_free(managed);
}

/* Where an arena that starts at `first` ends at the latest: at 4 GiB, or before its indexes
 * overflow. No block spans such a cut, since it is a multiple of the largest one. */
static uint64_t arena_limit(uint64_t first)
{
    return first < CUT_FRAMES ? CUT_FRAMES : ALIGN_DOWN(first, ARENA_FRAMES_MAX) + ARENA_FRAMES_MAX;
}

static unsigned arenas_needed(uint64_t first, uint64_t last)
{
    unsigned needed = 0;
    for (; first < last && needed <= ARENAS; first = arena_limit(first))
        needed++;
    return needed;
}

int frames_add(phys_t base, phys_t end)
{
    if (base >= end)
        return -EINVAL;
    uint64_t first = (base >> FRAME_SHIFT) + (base % FRAME_SIZE != 0), last = end >> FRAME_SHIFT;
    first = MAX(first, 1);
    if (first + 1 >= last)
        return 0; /* its record would leave nothing of it */

    int result = 0;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    if (arenas_overlap(first, last))
        result = -EINVAL;
    else if (arenas_needed(first, last) > ARENAS - frames.nr_arenas)
        result = -ENOSPC;
    for (; result == 0 && first < last; first = arena_limit(first))
        arena_add(first, MIN(last, arena_limit(first)) - first);
    spin_unlock_irqrestore(&frames.lock, irq);
    return result;
}

/* ---- Allocation ---- */

static uint64_t frames_of(uint64_t size_bytes)
{
    return (size_bytes >> FRAME_SHIFT) + (size_bytes % FRAME_SIZE != 0);
}

/* A free block that can serve a request; arena is NULL when there is none. */
struct found {
    struct arena *arena;
    uint32_t index;
    unsigned order;
};

/* The smallest free block of at least the order, in the arena added last among those that have one:
 * memory is usually added upwards, and low memory is worth sparing. */
static struct found find(unsigned order)
{
    uint32_t orders = frames.orders >> order;
    if (orders == 0)
        return (struct found){.arena = NULL};
    order += lowest_bit(orders);
    unsigned word = 0;
    while (frames.with_free[order][word] == 0)
        word++;
    unsigned bit = word * 64 + lowest_bit(frames.with_free[order][word]);
    struct arena *a = &frames.arena[ARENAS - 1 - bit];
    return (struct found){a, a->free_head[order], order};
}

/* A free block of the arena whose first 2^order frames lie below the limit. */
static struct found find_in_arena_below(struct arena *a, unsigned order, uint64_t limit)
{
    for (unsigned o = order; o < ORDERS; o++)
        for (uint32_t i = a->free_head[o]; i != NONE; i = a->record[i].next)
            if (a->first_frame + i + (1ull << order) <= limit)
                return (struct found){a, i, o};
    return (struct found){.arena = NULL};
}

static struct found find_below(unsigned order, uint64_t limit)
{
    struct found found = {.arena = NULL};
    unsigned place = limit > 0 ? arenas_up_to(limit - 1) : 0;
    while (place-- > 0 && !found.arena)
        found = find_in_arena_below(&frames.arena[frames.by_address[place]], order, limit);
    return found;
}

static void mark_allocated(struct arena *a, uint32_t index, unsigned order)
{
    a->record[index] = (struct record){.state = ALLOCATED, .order = order};
    count_free(-(int64_t)(1ull << order));
}

/* Allocates the first nr_frames of what was found, as one block for each bit of nr_frames, the
 * largest first: each starts at a multiple of its size, because what was found does. The rest stays
 * free. */
static phys_t take(struct found f, uint64_t nr_frames)
{
    if (!f.arena)
        return 0;
    phys_t start = (f.arena->first_frame + f.index) << FRAME_SHIFT;
    list_remove(f.arena, f.index, f.order);
    while (nr_frames != 1ull << f.order) {
        uint32_t half = 1u << --f.order;
        if (nr_frames <= half) {
            list_push(f.arena, f.index + half, f.order);
            continue;
        }
        mark_allocated(f.arena, f.index, f.order);
        f.index += half;
        nr_frames -= half;
    }
    mark_allocated(f.arena, f.index, f.order);
    return start;
}

phys_t frames_alloc(unsigned order)
{
    if (order > FRAME_ORDER_MAX)
        return 0;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    phys_t block = take(find(order), 1ull << order);
    spin_unlock_irqrestore(&frames.lock, irq);
    return block;
}

phys_t frames_alloc_below(unsigned order, phys_t limit)
{
    if (order > FRAME_ORDER_MAX)
        return 0;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    phys_t block = take(find_below(order, limit >> FRAME_SHIFT), 1ull << order);
    spin_unlock_irqrestore(&frames.lock, irq);
    return block;
}

phys_t frames_alloc_bytes_below(uint64_t size_bytes, phys_t limit)
{
    uint64_t nr_frames = frames_of(size_bytes);
    unsigned order = 0;
    if (nr_frames == 0 || nr_frames > 1ull << FRAME_ORDER_MAX)
        return 0;
    while (1ull << order < nr_frames)
        order++;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    struct found found =
        limit == UINT64_MAX ? find(order) : find_below(order, limit >> FRAME_SHIFT);
    phys_t block = take(found, nr_frames);
    spin_unlock_irqrestore(&frames.lock, irq);
    return block;
}

phys_t frames_alloc_bytes(uint64_t size_bytes)
{
    return frames_alloc_bytes_below(size_bytes, UINT64_MAX);
}

/* ---- Freeing ---- */

/* What is wrong with freeing this block, or NULL. */
static const char *objection(const struct arena *a, phys_t block, unsigned order)
{
    if (order > FRAME_ORDER_MAX || block % (FRAME_SIZE << order))
        return "is not aligned to its order";
    if (!a || block / FRAME_SIZE - a->first_frame < a->nr_record_frames)
        return "is not memory that the allocator hands out";
    const struct record *r = &a->record[block / FRAME_SIZE - a->first_frame];
    if (r->state != ALLOCATED)
        return "is not allocated: freed twice, or never handed out";
    return r->order == order ? NULL : "was allocated with another order";
}

/* Puts a block on its free list, merged with its buddy as often as that is free. */
static void merge(struct arena *a, uint32_t index, unsigned order)
{
    for (; order < FRAME_ORDER_MAX; order++) {
        uint64_t buddy = ((a->first_frame + index) ^ 1ull << order) - a->first_frame;
        /* A buddy below the arena has wrapped around to a huge index. */
        if (buddy < a->nr_record_frames || buddy >= a->nr_frames)
            break;
        const struct record *r = &a->record[buddy];
        if (r->state != FREE || r->order != order)
            break;
        list_remove(a, buddy, order);
        a->record[MAX(index, buddy)].state = ABSORBED;
        index = MIN(index, buddy);
    }
    list_push(a, index, order);
}

void frames_free(phys_t block, unsigned order)
{
    uint64_t frame = block >> FRAME_SHIFT;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    struct arena *a = arena_of(frame);
    const char *wrong = objection(a, block, order);
    if (!wrong && a->record[frame - a->first_frame].more_owners > 0) {
        a->record[frame - a->first_frame].more_owners--;
    } else if (!wrong) {
        merge(a, frame - a->first_frame, order);
        count_free(1ull << order);
    }
    spin_unlock_irqrestore(&frames.lock, irq);
    if (wrong)
        panic("frames: block %lx of order %u %s", block, order, wrong);
}

void frames_free_bytes(phys_t block, uint64_t size_bytes)
{
    uint64_t nr_frames = frames_of(size_bytes);
    if (nr_frames == 0 || nr_frames > 1ull << FRAME_ORDER_MAX)
        panic("frames: block %lx cannot have %lu bytes", block, size_bytes);
    for (unsigned order = FRAME_ORDER_MAX + 1; order-- > 0;)
        if (nr_frames & 1ull << order) {
            frames_free(block, order);
            block += FRAME_SIZE << order;
        }
}

void frames_split(phys_t block, unsigned order)
{
    uint64_t frame = block >> FRAME_SHIFT;
    irq_state irq = spin_lock_irqsave(&frames.lock);
    struct arena *a = arena_of(frame);
    const char *wrong = objection(a, block, order);
    for (uint64_t i = 0; !wrong && i < 1ull << order; i++)
        a->record[frame - a->first_frame + i] = (struct record){.state = ALLOCATED, .order = 0};
    spin_unlock_irqrestore(&frames.lock, irq);
    if (wrong)
        panic("frames: block %lx of order %u, to be split, %s", block, order, wrong);
}

/* ---- Sharing ---- */

void frames_share(phys_t frame)
{
    irq_state irq = spin_lock_irqsave(&frames.lock);
    struct arena *a = arena_of(frame >> FRAME_SHIFT);
    const char *wrong = objection(a, frame, 0);
    struct record *r = wrong ? NULL : &a->record[(frame >> FRAME_SHIFT) - a->first_frame];
    if (r && r->more_owners == MORE_OWNERS_MAX)
        wrong = "has too many owners";
    else if (r)
        r->more_owners++;
    spin_unlock_irqrestore(&frames.lock, irq);
    if (wrong)
        panic("frames: block %lx of order 0, to be shared, %s", frame, wrong);
}

bool frames_is_shared(phys_t frame)
{
    irq_state irq = spin_lock_irqsave(&frames.lock);
    struct arena *a = arena_of(frame >> FRAME_SHIFT);
    const char *wrong = objection(a, frame, 0);
    bool shared = !wrong && a->record[(frame >> FRAME_SHIFT) - a->first_frame].more_owners > 0;
    spin_unlock_irqrestore(&frames.lock, irq);
    if (wrong)
        panic("frames: block %lx of order 0, asked about, %s", frame, wrong);
    return shared;
}

/* ---- What can be spared ---- */

static uint64_t kept_bytes;

void frames_keep(uint64_t bytes)
{
    __atomic_store_n(&kept_bytes, bytes, __ATOMIC_RELAXED);
}

bool frames_to_spare(uint64_t bytes)
{
    return frames_free_total() >= __atomic_load_n(&kept_bytes, __ATOMIC_RELAXED) + bytes;
}

phys_t frames_alloc_spare(void)
{
    return frames_to_spare(FRAME_SIZE) ? frames_alloc(0) : 0;
}

/* ---- Figures ---- */

uint64_t frames_free_total(void)
{
    return __atomic_load_n(&frames.free_frames, __ATOMIC_RELAXED) << FRAME_SHIFT;
}

void frames_stats(struct frames_stats *stats)
{
    irq_state irq = spin_lock_irqsave(&frames.lock);
    stats->total_bytes = frames.total_frames << FRAME_SHIFT;
    stats->free_bytes = frames.free_frames << FRAME_SHIFT;
    stats->low_bytes = frames.low_frames << FRAME_SHIFT;
    memcpy(stats->free_blocks, frames.free_blocks, sizeof stats->free_blocks);
    spin_unlock_irqrestore(&frames.lock, irq);
}
