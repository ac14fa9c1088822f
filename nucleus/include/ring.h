/* ring.h: the kernel data queues: bounded lock-free rings of cache-line cells.
 *
 * A ring is a block of memory with no pointer in it, so it may lie in pages that two address spaces
 * share at different addresses. A block of zeroes is an empty ring. What belongs to one side alone
 * (its indexes, its counts) lies in that side's end, a private structure; the block's words are
 * only how the ends tell each other. Nothing about the ring's shape is read from the block.
 *
 * Two forms:
 *   single   one producer. All of a cell is payload; what the producer's index has passed is
 *            published.
 *   many     any number of producers (RING_MANY). A producer claims cells, then marks each
 * published in the cell's last word. One that is stopped between the two delays what comes after
 * its cells, and neither loses nor corrupts anything. Both have one consumer. Items of one producer
 * come out in the order in which they went in.
 *
 * Across a protection boundary only the single form may be used, with private copies at the
 * consumer's end. Whatever the peer does to the block, calls return, touch nothing but the block
 * and their end, and see each cell as one copy that no longer changes. An index that the peer
 * cannot have reached (behind what it showed before, or past what it was given) ends the end: that
 * call and every later one answers -EPROTO.
 *
 * Doorbells. Nobody polls: an end that finds nothing to do says so with *_prepare_sleep, and sleeps
 * when that answers 1. From then on the next publish (or release) of the other side answers true,
 * and its caller must wake the sleeper; with several producers asleep, all of them. A wake-up may
 * come without need: sleepers look again. None is lost: announcing and publishing are
 * read-modify-writes of one word, so one of the two comes second, and sees the first.
 *
 * Any context; no call blocks or costs more than its cells. An end is used by one caller at a time.
 */
#ifndef NUCLEUS_RING_H
#define NUCLEUS_RING_H

#include "base.h"

#define RING_CELL_WORDS   8
#define RING_CAPACITY_MAX (1u << 20)

/* Payload is all of it in the single form, all but the last word in the many form. */
struct ring_cell {
    _Alignas(64) uint64_t word[RING_CELL_WORDS];
};

/* The block. Both words hold an index (cells since the beginning; it never wraps) times two, and in
 * bit 0 that the other side sleeps. */
struct ring {
    _Alignas(64) uint64_t tail; /* cells that were published (single) or claimed (many) */
    _Alignas(64) uint64_t head; /* cells that were released */
    _Alignas(64) struct ring_cell cell[];
};

enum ring_flags {
    RING_MANY = 1, /* the many form */
    RING_DROP = 2, /* what finds no room is lost, and counted as such */
    /* Of an end, set by init: single, no copies, not broken. What is inline serves such ends. */
    RING_DIRECT = 4,
};

struct ring_producer {
    struct ring *ring;
    uint32_t capacity;
    uint32_t flags;
    uint64_t tail;      /* index of its first cell that is not published */
    uint64_t head_seen; /* what was released when it last looked */
    uint64_t limit;     /* single: up to here it may reserve without a look */
    uint32_t reserved;  /* cells from tail on that it may write now */
    bool broken;
    uint64_t pushed; /* many: by this producer */
    uint64_t refused, dropped, doorbells;
};

struct ring_consumer {
    struct ring *ring;
    struct ring_cell *copies; /* across a boundary: where items are looked at */
    uint32_t nr_copies;
    uint32_t capacity;
    uint32_t flags;
    uint32_t taken;     /* cells from head on that it may read now */
    uint64_t head;      /* index of its first cell that is not released */
    uint64_t tail_seen; /* single: what was published when it last looked */
    uint64_t limit;     /* single: up to here it may take without a look */
    bool broken;
    uint64_t doorbells, highest;
};

/* Bytes of a block for this many cells. */
static inline size_t ring_size(uint32_t capacity)
{
    return sizeof(struct ring) + capacity * sizeof(struct ring_cell);
}

/* Words of a cell that are payload. */
static inline unsigned ring_payload_words(unsigned flags)
{
    return flags & RING_MANY ? RING_CELL_WORDS - 1 : RING_CELL_WORDS;
}

/* Makes an end of a ring whose block is still all zeroes. The capacity is a power of two of at most
 * RING_CAPACITY_MAX cells; the block is aligned to 64 bytes. Returns 0 or -EINVAL. */
int ring_producer_init(struct ring_producer *p, struct ring *ring, uint32_t capacity,
                       unsigned flags);

/* The same for the consumer. Across a protection boundary `copies` is private memory for nr_copies
 * cells, as many as one take can give; else it is NULL. */
int ring_consumer_init(struct ring_consumer *c, struct ring *ring, uint32_t capacity,
                       unsigned flags, struct ring_cell *copies, uint32_t nr_copies);

/* Gives the producer up to `wanted` cells to write, which follow one another in memory from *cells
 * on. Returns how many: fewer when there is less room, or when the block's end cuts them short
 * (then the next call goes on at its start); 0 only when the ring is full, and then `wanted` cells
 * are counted as refused, or as dropped with RING_DROP. -EBUSY while cells are reserved, -EPROTO.
 */
static inline int ring_reserve(struct ring_producer *p, uint32_t wanted, struct ring_cell **cells);

/* Shows the first nr of the reserved cells to the consumer; the others are given back. With
 * RING_MANY all that were reserved must be published, and soon. True: wake the consumer. */
static inline bool ring_publish(struct ring_producer *p, uint32_t nr);

/* Says that the producer is about to sleep until there is room. 1: it may, and will be woken; 0:
 * there is room now; -EBUSY while cells are reserved; -EPROTO. */
int ring_producer_prepare_sleep(struct ring_producer *p);

/* Gives the consumer up to `wanted` items, in cells that follow one another from *cells on (private
 * copies across a boundary). Returns how many: 0 only when there is none, else perhaps fewer than
 * there are, as with ring_reserve. -EBUSY while items are taken, -EPROTO. */
static inline int ring_take(struct ring_consumer *c, uint32_t wanted,
                            const struct ring_cell **cells);

/* Gives the first nr of the taken cells back to the producers; the other items stay for the next
 * ring_take. True: wake every producer that sleeps. */
static inline bool ring_release(struct ring_consumer *c, uint32_t nr);

/* Says that the consumer is about to sleep until there are items. 1: it may, and will be woken; 0:
 * there is one now; -EBUSY while items are taken; -EPROTO. */
int ring_consumer_prepare_sleep(struct ring_consumer *c);

/* Counts since the beginning, in cells but for doorbells. They may be read beside a working end:
 * each is a number that was right a moment ago. */
struct ring_producer_stats {
    uint64_t pushed;    /* by this producer */
    uint64_t refused;   /* for want of room; whoever tried again counted again */
    uint64_t dropped;   /* for want of room, with RING_DROP: lost */
    uint64_t doorbells; /* publishes that answered true */
};

struct ring_consumer_stats {
    uint64_t popped;
    uint64_t doorbells; /* releases that answered true */
    uint64_t highest;   /* the most cells in use that the consumer found when it looked */
};

void ring_producer_stats(const struct ring_producer *p, struct ring_producer_stats *stats);
void ring_consumer_stats(const struct ring_consumer *c, struct ring_consumer_stats *stats);

#include "ring_inline.h"

#endif
