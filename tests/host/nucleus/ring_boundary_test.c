/* ring_boundary_test.c: a peer across the boundary that writes whatever it likes, whenever it
 * likes. */
#include "ring_fixture.h"

/* A word as a peer may write it: near what is right, or anything. */
static uint64_t hostile_word(uint64_t near)
{
    switch (check_random_below(4)) {
    case 0:
        return near + check_random_below(2 * capacity + 2) - capacity;
    case 1:
        return near ^ (1ull << check_random_below(64));
    case 2:
        return check_random();
    default:
        return near;
    }
}

/* Whether an index may be shown: from what was seen to what is possible. */
static bool possible(uint64_t word, uint64_t seen, uint64_t limit)
{
    return word >> 1 >= seen && word >> 1 <= limit;
}

static void hostile_producer(void)
{
    uint64_t head = 0, seen = 0;
    bool dead = false;
    memset(&block, 0, sizeof block);
    unsigned nr_copies = 1 + check_random_below(capacity);
    CHECK_EQ(ring_consumer_init(&consumer, &block.ring, capacity, 0, copies, nr_copies), 0);
    for (unsigned i = 0; i < 200; i++) {
        uint64_t word = hostile_word(seen * 2 + check_random_below(2));
        __atomic_store_n(&block.ring.tail, word, __ATOMIC_RELEASE);
        block.ring.head = check_random(); /* ours, but it can write there too */
        block.cells[check_random_below(capacity)].word[check_random_below(8)] = check_random();
        bool good = possible(word, seen, head + capacity);
        if (check_random_below(3) == 0) {
            int answer = ring_consumer_prepare_sleep(&consumer);
            CHECK_EQ(answer, dead || !good ? -EPROTO : word >> 1 == head);
            dead |= !good;
            seen = dead ? seen : word >> 1;
            continue;
        }
        unsigned wanted = 1 + check_random_below(capacity + 1);
        unsigned most = MIN(MIN(wanted, nr_copies), capacity - slot(head));
        int nr = ring_take(&consumer, wanted, &in);
        dead |= !good;
        seen = dead ? seen : word >> 1;
        CHECK_EQ(nr, dead ? -EPROTO : (int)MIN(most, seen - head));
        if (nr < 0)
            continue;
        CHECK(in == copies);
        struct ring_cell was[MAX_CELLS];
        memcpy(was, copies, nr * sizeof was[0]);
        CHECK(memcmp(was, &block.cells[slot(head)], nr * sizeof was[0]) == 0);
        memset(block.cells, 0x5a, sizeof block.cells[0] * capacity);
        CHECK(memcmp(was, in, nr * sizeof was[0]) == 0);
        head += nr;
        ring_release(&consumer, nr);
        CHECK_EQ(block.ring.head, nr ? head * 2 : block.ring.head);
    }
}

static void hostile_consumer(void)
{
    uint64_t tail = 0, seen = 0, limit = 0;
    bool dead = false;
    struct ring_producer *p = &producer[0];
    memset(&block, 0, sizeof block);
    CHECK_EQ(ring_producer_init(p, &block.ring, capacity, 0), 0);
    for (unsigned i = 0; i < 200; i++) {
        uint64_t word = hostile_word(check_random_below(2) ? seen * 2 : tail * 2);
        __atomic_store_n(&block.ring.head, word, __ATOMIC_RELEASE);
        block.ring.tail = check_random();
        bool good = possible(word, seen, tail);
        if (check_random_below(3) == 0) {
            int answer = ring_producer_prepare_sleep(p);
            CHECK_EQ(answer, dead || !good ? -EPROTO : tail - (word >> 1) == capacity);
            dead |= !good;
            seen = dead ? seen : word >> 1;
            limit = MIN(seen + capacity, tail + capacity - slot(tail));
            continue;
        }
        unsigned wanted = 1 + check_random_below(capacity + 1);
        bool looks = tail + wanted > limit; /* only when it must */
        int nr = ring_reserve(p, wanted, &out);
        if (looks) {
            dead |= !good;
            seen = dead ? seen : word >> 1;
            limit = MIN(seen + capacity, tail + capacity - slot(tail));
        }
        CHECK_EQ(nr, dead ? -EPROTO : (int)run(tail, seen + capacity - tail, wanted));
        if (nr < 0)
            continue;
        CHECK(out >= block.cells && out + nr <= block.cells + capacity);
        memset(out, 0xc3, nr * sizeof out[0]);
        tail += nr;
        ring_publish(p, nr);
        CHECK_EQ(block.ring.tail, nr ? tail * 2 : block.ring.tail);
    }
}

TEST(ring_survives_a_hostile_producer)
{
    for (struct timespec start = {0}; !check_time_is_up(&start, check_seconds() / 2);) {
        capacity = 1u << check_random_below(7);
        hostile_producer();
    }
}

TEST(ring_survives_a_hostile_consumer)
{
    for (struct timespec start = {0}; !check_time_is_up(&start, check_seconds() / 2);) {
        capacity = 1u << check_random_below(7);
        hostile_consumer();
    }
}

static void breaks_with_tail(uint64_t index)
{
    block.ring.tail = index << 1;
    CHECK_EQ(ring_take(&consumer, 8, &in), -EPROTO);
    block.ring.tail = 4 << 1; /* what was right */
    CHECK_EQ(ring_take(&consumer, 8, &in), -EPROTO);
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), -EPROTO);
}

static void boundary_consumer_after_four(void)
{
    CHECK_EQ(ring_consumer_init(&consumer, &block.ring, 8, 0, copies, 8), 0);
    block.ring.tail = 4 << 1;
    CHECK_EQ(ring_take(&consumer, 8, &in), 4);
    ring_release(&consumer, 3);
}

TEST(ring_consumer_ends_with_an_index_that_goes_back)
{
    boundary_consumer_after_four();
    breaks_with_tail(3);
}

TEST(ring_consumer_ends_with_an_index_too_far_ahead)
{
    boundary_consumer_after_four();
    breaks_with_tail(3 + 8 + 1);
}

static void breaks_with_head(uint64_t index)
{
    struct ring_producer *p = &producer[0];
    make(8, 0);
    CHECK_EQ(ring_reserve(p, 4, &out), 4);
    ring_publish(p, 4);
    block.ring.head = 2 << 1;
    CHECK_EQ(ring_producer_prepare_sleep(p), 0);
    block.ring.head = index << 1;
    CHECK_EQ(ring_producer_prepare_sleep(p), -EPROTO);
    block.ring.head = 2 << 1;
    CHECK_EQ(ring_reserve(p, 1, &out), -EPROTO);
    CHECK_EQ(ring_producer_prepare_sleep(p), -EPROTO);
}

TEST(ring_producer_ends_with_an_index_that_goes_back)
{
    breaks_with_head(1);
}

TEST(ring_producer_ends_with_an_index_too_far_ahead)
{
    breaks_with_head(5);
}

/* What was seen before the peer broke its promise is not handed out either. */
TEST(ring_that_is_broken_moves_nothing)
{
    make(8, 0);
    block.ring.tail = 6 << 1;
    CHECK_EQ(ring_take(&consumer, 2, &in), 2);
    ring_release(&consumer, 2);
    block.ring.tail = 99 << 1;
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), -EPROTO);
    CHECK_EQ(ring_take(&consumer, 2, &in), -EPROTO);

    block.ring.head = 0;
    CHECK_EQ(ring_reserve(&producer[0], 2, &out), 2);
    ring_publish(&producer[0], 2);
    block.ring.head = 99 << 1;
    CHECK_EQ(ring_producer_prepare_sleep(&producer[0]), -EPROTO);
    CHECK_EQ(ring_reserve(&producer[0], 2, &out), -EPROTO);
}
