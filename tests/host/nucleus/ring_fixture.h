/* ring_fixture.h: a ring and its ends, for the tests that call them by hand. Each test has a
 * process of its own, so all of it is fresh: zeroes. */
#ifndef TESTS_HOST_NUCLEUS_RING_FIXTURE_H
#define TESTS_HOST_NUCLEUS_RING_FIXTURE_H

#include "hosted.h"
#include "errno.h"
#include "ring.h"

#define MAX_CELLS     64
#define MAX_PRODUCERS 3

/* What surrounds it must stay. */
static struct {
    _Alignas(64) uint64_t before[8];
    struct ring ring;
    struct ring_cell cells[MAX_CELLS];
    uint64_t after[8];
} block;

static struct ring_producer producer[MAX_PRODUCERS];
static struct ring_consumer consumer;
static struct ring_cell copies[MAX_CELLS];
static struct ring_cell *out;
static const struct ring_cell *in;

__attribute__((unused)) static void make(uint32_t capacity, unsigned flags)
{
    for (unsigned i = 0; i < MAX_PRODUCERS; i++)
        CHECK_EQ(ring_producer_init(&producer[i], &block.ring, capacity, flags), 0);
    CHECK_EQ(ring_consumer_init(&consumer, &block.ring, capacity, flags, NULL, 0), 0);
}

/* Of random rings. */
static uint32_t capacity;

__attribute__((unused)) static unsigned slot(uint64_t index)
{
    return index & (capacity - 1);
}

/* What reserve and take may give: exactly this many. */
__attribute__((unused)) static unsigned run(uint64_t index, uint64_t available, unsigned wanted)
{
    return MIN(MIN(available, capacity - slot(index)), wanted);
}

#endif
