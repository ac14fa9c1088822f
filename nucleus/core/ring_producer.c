/* ring_producer.c: the end of a ring that writes; what of it is not inline.
 *
 * Invariant: the cells [tail, tail + reserved) are this end's alone: released by the consumer, seen
 * so through an acquiring read of head, and claimed by nobody else. */
#include "ring.h"
#include "errno.h"
#include "panic.h"
#include "ring_atomic.h"
#include "ring_core.h"

int ring_producer_init(struct ring_producer *p, struct ring *ring, uint32_t capacity,
                       unsigned flags)
{
    if (!ring_shape_is_good(ring, capacity, flags))
        return -EINVAL;
    if (!(flags & RING_MANY))
        flags |= RING_DIRECT;
    *p = (struct ring_producer){.ring = ring, .capacity = capacity, .flags = flags};
    return 0;
}

/* In the many form, room from `tail` on by what was last seen of head: never more than there is, as
 * head only grows. It is too much only when `tail` itself is out of date. */
static int64_t room(const struct ring_producer *p, uint64_t tail)
{
    return (int64_t)(p->head_seen + p->capacity - tail);
}

static int64_t find_room(struct ring_producer *p, uint64_t tail, uint32_t wanted)
{
    if (room(p, tail) < wanted)
        p->head_seen = ring_index(ring_load(&p->ring->head, ACQUIRE)); /* as in ring_see_room */
    return MAX(room(p, tail), 0);
}

/* Sets p->tail to the first of up to `wanted` cells that from now on are this producer's. */
static uint32_t claim(struct ring_producer *p, uint32_t wanted)
{
    /* Relaxed, and so is the replacement: tail only deals out indexes. What is in the cells is
     * handed on through head and the marks. */
    uint64_t word = ring_load(&p->ring->tail, RELAXED);
    for (;;) {
        uint64_t tail = ring_index(word);
        int64_t free = find_room(p, tail, wanted);
        uint32_t nr = (uint32_t)MIN(MIN(free, ring_to_end(p->capacity, tail)), wanted);
        /* Nobody claimed since tail was read, or this fails and says what tail is. */
        if (nr > 0 && !ring_replace_relaxed(&p->ring->tail, &word, ring_word(tail + nr)))
            continue;
        p->tail = tail;
        return nr;
    }
}

int ring_reserve_slowly(struct ring_producer *p, uint32_t wanted, struct ring_cell **cells)
{
    if (p->broken)
        return -EPROTO;
    if (p->reserved > 0)
        return -EBUSY;
    if (p->flags & RING_MANY)
        p->reserved = claim(p, MIN(wanted, p->capacity));
    else /* ring_reserve has looked, and there is less than it wanted */
        p->reserved = (uint32_t)(p->limit - p->tail);
    p->reserved = MIN(p->reserved, wanted);
    if (p->reserved == 0)
        ring_count(p->flags & RING_DROP ? &p->dropped : &p->refused, MIN(wanted, p->capacity));
    *cells = ring_cell(p->ring, p->capacity, p->tail);
    return (int)p->reserved;
}

static bool publish_marks(struct ring_producer *p, uint32_t nr)
{
    struct ring_cell *first = ring_cell(p->ring, p->capacity, p->tail), *cell = first + nr - 1;
    /* The first comes last. Until it is marked the consumer is not past it, so it sleeps at none of
     * the others, and stores are enough. Relaxed: whoever looks at them has acquired the first. */
    for (uint64_t mark = ring_mark(p->tail + nr - 1); cell != first; cell--, mark -= ring_word(1))
        ring_store(&cell->word[RING_MARK], mark, RELAXED);
    /* As in ring_publish, with the first cell's mark in place of tail. */
    return ring_exchange(&first->word[RING_MARK], ring_mark(p->tail), ACQ_REL) & ASLEEP;
}

bool ring_publish_slowly(struct ring_producer *p, uint32_t nr)
{
    bool many = p->flags & RING_MANY;
    if (nr > p->reserved || (many && nr != p->reserved))
        panic("ring: %u cells published of %u reserved", nr, p->reserved);
    p->reserved = 0;
    if (nr == 0)
        return false;
    ring_count(&p->pushed, nr);
    bool wake = publish_marks(p, nr); /* the single form publishes inline */
    if (wake)
        ring_count(&p->doorbells, 1);
    return wake;
}

int ring_producer_prepare_sleep(struct ring_producer *p)
{
    if (p->broken)
        return -EPROTO;
    if (p->reserved > 0)
        return -EBUSY;
    /* The announcement and the last look are one operation on head. A release before it shows here
     * as room; one after it finds ASLEEP. Acquire: as in ring_see_room. Release: as in
     * ring_publish, for whoever wakes this producer. */
    uint64_t head = ring_index(ring_or(&p->ring->head, ASLEEP, ACQ_REL));
    if (p->flags & RING_MANY) {
        p->head_seen = head;
        /* Relaxed: an old tail only makes room appear, and the next claim finds the new one. */
        return room(p, ring_index(ring_load(&p->ring->tail, RELAXED))) <= 0;
    }
    return ring_note_head(p, head) ? p->limit == p->tail : -EPROTO;
}

void ring_producer_stats(const struct ring_producer *p, struct ring_producer_stats *stats)
{
    const uint64_t *pushed = p->flags & RING_MANY ? &p->pushed : &p->tail;
    stats->pushed = __atomic_load_n(pushed, __ATOMIC_RELAXED);
    stats->refused = __atomic_load_n(&p->refused, __ATOMIC_RELAXED);
    stats->dropped = __atomic_load_n(&p->dropped, __ATOMIC_RELAXED);
    stats->doorbells = __atomic_load_n(&p->doorbells, __ATOMIC_RELAXED);
}
