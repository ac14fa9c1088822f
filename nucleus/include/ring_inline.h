/* ring_inline.h: the inline part of ring.h: the single form where all is well. The rest (the many
 * form, copies, fewer cells than wanted, misuse, broken peers) is in core/, in functions whose
 * names end in _slowly. */
#ifndef NUCLEUS_RING_INLINE_H
#define NUCLEUS_RING_INLINE_H

#include "ring.h"
#include "ring_atomic.h"

int ring_reserve_slowly(struct ring_producer *p, uint32_t wanted, struct ring_cell **cells);
bool ring_publish_slowly(struct ring_producer *p, uint32_t nr);
int ring_take_slowly(struct ring_consumer *c, uint32_t wanted, const struct ring_cell **cells);
bool ring_release_slowly(struct ring_consumer *c, uint32_t nr);

/* ---- the shared words ---- */

/* In the bit 0 that tail, head and marks have beside their index: whoever is to be woken by the
 * next change of this word sleeps. */
#define ASLEEP 1ul

static inline uint64_t ring_word(uint64_t index)
{
    return index << 1;
}

static inline uint64_t ring_index(uint64_t word)
{
    return word >> 1;
}

static inline struct ring_cell *ring_cell(struct ring *ring, uint32_t capacity, uint64_t index)
{
    return &ring->cell[index & (capacity - 1)];
}

/* Cells from index on that follow one another in memory. */
static inline uint32_t ring_to_end(uint32_t capacity, uint64_t index)
{
    return capacity - (uint32_t)(index & (capacity - 1));
}

/* A count of an end's, which others may read meanwhile. Only the end itself writes it. */
static inline void ring_count(uint64_t *count, uint64_t more)
{
    __atomic_store_n(count, *count + more, __ATOMIC_RELAXED);
}

/* ---- producer ---- */

/* Takes note of a head that the consumer of a single ring shows. It only ever moves forward, and to
 * what was published at most; else the end is broken. */
static inline bool ring_note_head(struct ring_producer *p, uint64_t head)
{
    if (head < p->head_seen || head > p->tail) {
        p->flags &= ~(unsigned)RING_DIRECT;
        p->broken = true;
        p->limit = 0;
        return false;
    }
    p->head_seen = head;
    p->limit = MIN(head + p->capacity, p->tail + ring_to_end(p->capacity, p->tail));
    return true;
}

static inline bool ring_see_room(struct ring_producer *p)
{
    /* Acquire: pairs with the release of ring_release. The consumer has read the cells that it gave
     * back before they are written anew. */
    return ring_note_head(p, ring_index(ring_load(&p->ring->head, ACQUIRE)));
}

/* The next nr cells, if they are free, in one piece, and none is reserved; else NULL. They may be
 * written, and shown with ring_publish_next. */
static inline struct ring_cell *ring_next_cells(struct ring_producer *p, uint64_t nr)
{
    if (p->tail + nr - 1 >= p->limit)
        if (!(p->flags & RING_DIRECT && ring_see_room(p)) || p->tail + nr - 1 >= p->limit)
            return NULL;
    return p->reserved == 0 ? ring_cell(p->ring, p->capacity, p->tail) : NULL;
}

static inline bool ring_publish_next(struct ring_producer *p, uint64_t nr)
{
    uint64_t tail = p->tail + nr;
    __atomic_store_n(&p->tail, tail, __ATOMIC_RELAXED); /* it is a count as well */
    /* Release: the cells' words are written before the index that shows them. Acquire: what the
     * consumer wrote before it announced its sleep (who it is) is seen by whoever wakes it. One
     * exchange, not a store and a look at ASLEEP: see prepare_sleep in ring_consumer.c. */
    bool wake = ring_exchange(&p->ring->tail, ring_word(tail), ACQ_REL) & ASLEEP;
    if (wake)
        ring_count(&p->doorbells, 1);
    return wake;
}

static inline int ring_reserve(struct ring_producer *p, uint32_t wanted, struct ring_cell **cells)
{
    *cells = ring_next_cells(p, wanted);
    if (*cells == NULL)
        return ring_reserve_slowly(p, wanted, cells);
    p->reserved = wanted;
    return (int)wanted;
}

static inline bool ring_publish(struct ring_producer *p, uint32_t nr)
{
    if (nr == 0 || nr > p->reserved || p->flags & RING_MANY)
        return ring_publish_slowly(p, nr);
    p->reserved = 0;
    return ring_publish_next(p, nr);
}

/* ---- consumer ---- */

static inline void ring_note_fill(struct ring_consumer *c, uint64_t tail)
{
    if (tail > c->head + c->highest) /* a tail read relaxed may be an old one */
        __atomic_store_n(&c->highest, tail - c->head, __ATOMIC_RELAXED);
}

/* Takes note of a tail that the producer of a single ring shows. It only ever moves forward, and
 * never more than the capacity past what was released; else the end is broken. */
static inline bool ring_note_tail(struct ring_consumer *c, uint64_t tail)
{
    if (tail < c->tail_seen || tail > c->head + c->capacity) {
        c->flags &= ~(unsigned)RING_DIRECT;
        c->broken = true;
        c->limit = 0;
        return false;
    }
    c->tail_seen = tail;
    c->limit = MIN(tail, c->head + ring_to_end(c->capacity, c->head));
    ring_note_fill(c, tail);
    return true;
}

static inline bool ring_see_items(struct ring_consumer *c)
{
    /* Acquire: pairs with the release of ring_publish. The cells are read after the index that
     * shows them. */
    return ring_note_tail(c, ring_index(ring_load(&c->ring->tail, ACQUIRE)));
}

/* The next nr items, if they are there, in one piece, and none is taken; else NULL. They may be
 * read, and given back with ring_release_next. */
static inline const struct ring_cell *ring_next_items(struct ring_consumer *c, uint64_t nr)
{
    if (c->head + nr - 1 >= c->limit)
        if (!(c->flags & RING_DIRECT && ring_see_items(c)) || c->head + nr - 1 >= c->limit)
            return NULL;
    return c->taken == 0 ? ring_cell(c->ring, c->capacity, c->head) : NULL;
}

static inline bool ring_release_next(struct ring_consumer *c, uint64_t nr)
{
    uint64_t head = c->head + nr;
    __atomic_store_n(&c->head, head, __ATOMIC_RELAXED); /* it is a count as well */
    /* Release: the cells were read before they are given back. Acquire: what a producer wrote
     * before it announced its sleep is seen by whoever wakes it. One exchange, not a store and a
     * look at ASLEEP: see ring_producer_prepare_sleep. */
    bool wake = ring_exchange(&c->ring->head, ring_word(head), ACQ_REL) & ASLEEP;
    if (wake)
        ring_count(&c->doorbells, 1);
    return wake;
}

static inline int ring_take(struct ring_consumer *c, uint32_t wanted,
                            const struct ring_cell **cells)
{
    *cells = ring_next_items(c, wanted);
    if (*cells == NULL)
        return ring_take_slowly(c, wanted, cells);
    c->taken = wanted;
    return (int)wanted;
}

static inline bool ring_release(struct ring_consumer *c, uint32_t nr)
{
    if (nr == 0 || nr > c->taken)
        return ring_release_slowly(c, nr);
    c->taken = 0;
    return ring_release_next(c, nr);
}

#endif
