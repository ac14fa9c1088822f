/* ring_copy_test.c: across a boundary each word of a cell is read exactly once, so that what was
 * checked is what is used: here a peer changes every word as soon as it was read. */
#define NUCLEUS_RING_ATOMIC_H /* in place of the nucleus's own */

#include "hosted.h"

enum ring_order { RELAXED, ACQUIRE, RELEASE, ACQ_REL };

static uint64_t load(uint64_t *p, enum ring_order order);
static uint64_t change(uint64_t *p, uint64_t value);

#define ring_load(p, order)            load(p, order)
#define ring_store(p, value, order)    change(p, value)
#define ring_exchange(p, value, order) change(p, value)
#define ring_or(p, bits, order)        change(p, *(p) | (bits))

#include "../../../nucleus/core/ring_consumer.c"

#define CAPACITY 4

static struct {
    struct ring ring;
    struct ring_cell cells[CAPACITY];
} block;

static unsigned reads[CAPACITY * RING_CELL_WORDS];

static uint64_t load(uint64_t *p, enum ring_order order)
{
    uint64_t value = *p, *first = block.cells[0].word;
    (void)order;
    if (p >= first) {
        reads[p - first]++;
        *p = ~value;
    }
    return value;
}

static uint64_t change(uint64_t *p, uint64_t value)
{
    uint64_t old = *p;
    *p = value;
    return old;
}

static void fill_cells(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(reads); i++)
        block.cells[i / RING_CELL_WORDS].word[i % RING_CELL_WORDS] = 1000 + i;
}

TEST(ring_reads_a_foreign_cell_once)
{
    struct ring_consumer c;
    struct ring_cell copies[CAPACITY];
    const struct ring_cell *in;
    CHECK_EQ(ring_consumer_init(&c, &block.ring, CAPACITY, 0, copies, CAPACITY), 0);
    fill_cells();
    block.ring.tail = 3 << 1;
    CHECK_EQ(ring_take(&c, CAPACITY, &in), 3);
    for (unsigned i = 0; i < ARRAY_LEN(reads); i++)
        CHECK_EQ(reads[i], i < 3 * RING_CELL_WORDS);
    for (unsigned i = 0; i < 3 * RING_CELL_WORDS; i++)
        CHECK_EQ(in[i / RING_CELL_WORDS].word[i % RING_CELL_WORDS], 1000 + i);
    ring_release(&c, 3);
}
