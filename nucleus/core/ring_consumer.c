/* ring_consumer.c: the end of a ring that reads; what of it is not inline.
 *
 * Invariant: the cells [head, head + taken) are published, seen so through an acquiring read, and
 * not yet given back; across a boundary they are in `copies`, and the block is not looked at again.
 */
#include "ring.h"
#include "errno.h"
#include "panic.h"
#include "ring_atomic.h"
#include "ring_core.h"

int ring_consumer_init(struct ring_consumer *c, struct ring *ring, uint32_t capacity,
                       unsigned flags, struct ring_cell *copies, uint32_t nr_copies)
{
    if (!ring_shape_is_good(ring, capacity, flags))
        return -EINVAL;
    if (copies && (nr_copies == 0 || flags & RING_MANY))
        return -EINVAL;
    if (!copies && !(flags & RING_MANY))
        flags |= RING_DIRECT;
    *c = (struct ring_consumer){
        .ring = ring,
        .copies = copies,
        .nr_copies = nr_copies,
        .capacity = capacity,
        .flags = flags,
    };
    return 0;
}

/* In the many form each cell says for itself whether it is published. How many from head on are, as
 * far as `wanted` and the block's end. */
static uint32_t count_marked(struct ring_consumer *c, uint32_t wanted)
{
    struct ring_cell *first = ring_cell(c->ring, c->capacity, c->head), *cell = first;
    struct ring_cell *end = first + MIN(wanted, ring_to_end(c->capacity, c->head));
    uint64_t mark = ring_mark(c->head);
    for (; cell != end; cell++, mark += ring_word(1))
        /* Acquire: pairs with the release of publish_marks, for this cell's words. */
        if ((ring_load(&cell->word[RING_MARK], ACQUIRE) & ~ASLEEP) != mark)
            break;
    ring_note_fill(c, ring_index(ring_load(&c->ring->tail, RELAXED))); /* a figure, nothing more */
    return (uint32_t)(cell - first);
}

/* Reads each word once, whatever the peer does to it meanwhile. Relaxed: ring_see_items has
 * acquired what an honest peer wrote. */
static void copy_cells(struct ring_cell *to, struct ring_cell *from, uint32_t nr)
{
    for (uint32_t i = 0; i < nr; i++)
        for (unsigned w = 0; w < RING_CELL_WORDS; w++)
            to[i].word[w] = ring_load(&from[i].word[w], RELAXED);
}

static void take_copies(struct ring_consumer *c, uint32_t wanted)
{
    uint32_t seen = (uint32_t)(c->limit - c->head);
    c->limit = 0; /* or ring_take would hand out the cells themselves */
    c->taken = MIN(MIN(seen, wanted), c->nr_copies);
    copy_cells(c->copies, ring_cell(c->ring, c->capacity, c->head), c->taken);
}

int ring_take_slowly(struct ring_consumer *c, uint32_t wanted, const struct ring_cell **cells)
{
    if (c->broken)
        return -EPROTO;
    if (c->taken > 0)
        return -EBUSY;
    *cells = ring_cell(c->ring, c->capacity, c->head);
    if (c->flags & RING_MANY) {
        c->taken = count_marked(c, wanted);
    } else if (c->copies) {
        if (!ring_see_items(c))
            return -EPROTO;
        take_copies(c, wanted);
        *cells = c->copies;
    } else { /* ring_take has looked, and there is less than it wanted */
        c->taken = (uint32_t)MIN(c->limit - c->head, wanted);
    }
    return (int)c->taken;
}

bool ring_release_slowly(struct ring_consumer *c, uint32_t nr)
{
    if (nr > c->taken)
        panic("ring: %u cells released of %u taken", nr, c->taken);
    c->taken = 0; /* none of them is given back */
    return false;
}

int ring_consumer_prepare_sleep(struct ring_consumer *c)
{
    if (c->broken)
        return -EPROTO;
    if (c->taken > 0)
        return -EBUSY;
    /* The announcement and the last look are one operation on the word that the next publish
     * changes: the mark of the cell at head, or tail. A publish before it shows here; one after it
     * finds ASLEEP. Acquire: as in ring_see_items. Release: as in ring_publish, for whoever wakes
     * this consumer. */
    if (c->flags & RING_MANY) {
        uint64_t *mark = &ring_cell(c->ring, c->capacity, c->head)->word[RING_MARK];
        return (ring_or(mark, ASLEEP, ACQ_REL) & ~ASLEEP) != ring_mark(c->head);
    }
    uint64_t tail = ring_index(ring_or(&c->ring->tail, ASLEEP, ACQ_REL));
    if (!ring_note_tail(c, tail))
        return -EPROTO;
    if (c->copies)
        c->limit = 0; /* as in take_copies */
    return tail == c->head;
}

void ring_consumer_stats(const struct ring_consumer *c, struct ring_consumer_stats *stats)
{
    stats->popped = __atomic_load_n(&c->head, __ATOMIC_RELAXED);
    stats->doorbells = __atomic_load_n(&c->doorbells, __ATOMIC_RELAXED);
    stats->highest = __atomic_load_n(&c->highest, __ATOMIC_RELAXED);
}
