/* ring_test.c: the promises of ring.h one by one, and random calls against a model. One thread:
 * ring_explore_test.c and ring_stress_test.c have the others. */
#include "ring_fixture.h"

static int push(struct ring_producer *p, uint64_t item)
{
    int nr = ring_reserve(p, 1, &out);
    if (nr <= 0)
        return nr;
    out->word[0] = item;
    return 1 + ring_publish(p, 1);
}

static int pop(uint64_t *item)
{
    int nr = ring_take(&consumer, 1, &in);
    if (nr <= 0)
        return nr;
    *item = in->word[0];
    return 1 + ring_release(&consumer, 1);
}

/* ---- promises ---- */

TEST(ring_refuses_bad_shapes)
{
    struct ring *r = &block.ring;
    const uint32_t bad[] = {0, 3, 6, RING_CAPACITY_MAX * 2, UINT32_MAX, 1u << 31};
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        CHECK_EQ(ring_producer_init(&producer[0], r, bad[i], 0), -EINVAL);
        CHECK_EQ(ring_consumer_init(&consumer, r, bad[i], 0, NULL, 0), -EINVAL);
    }
    struct ring *skewed = (void *)((char *)r + 8);
    CHECK_EQ(ring_producer_init(&producer[0], skewed, 4, 0), -EINVAL);
    CHECK_EQ(ring_consumer_init(&consumer, skewed, 4, 0, NULL, 0), -EINVAL);
    CHECK_EQ(ring_producer_init(&producer[0], r, 4, 4), -EINVAL);
    CHECK_EQ(ring_consumer_init(&consumer, r, 4, 4, NULL, 0), -EINVAL);
    CHECK_EQ(ring_consumer_init(&consumer, r, 4, RING_MANY, copies, 4), -EINVAL);
    CHECK_EQ(ring_consumer_init(&consumer, r, 4, 0, copies, 0), -EINVAL);
    CHECK_EQ(ring_producer_init(&producer[0], r, RING_CAPACITY_MAX, 0), 0);
    CHECK_EQ(ring_size(4), 128 + 4 * 64);
}

TEST(ring_counts_what_it_refuses)
{
    struct ring_producer_stats s;
    make(2, 0);
    CHECK_EQ(push(&producer[0], 1), 1);
    CHECK_EQ(push(&producer[0], 2), 1);
    CHECK_EQ(push(&producer[0], 3), 0);
    CHECK_EQ(ring_reserve(&producer[0], 2, &out), 0);
    ring_producer_stats(&producer[0], &s);
    CHECK_EQ(s.pushed, 2);
    CHECK_EQ(s.refused, 3);
    CHECK_EQ(s.dropped, 0);
}

TEST(ring_counts_what_it_drops)
{
    struct ring_producer_stats s;
    make(2, RING_DROP);
    for (unsigned i = 0; i < 5; i++)
        push(&producer[0], i);
    ring_producer_stats(&producer[0], &s);
    CHECK_EQ(s.pushed, 2);
    CHECK_EQ(s.refused, 0);
    CHECK_EQ(s.dropped, 3);
    uint64_t item;
    CHECK_EQ(pop(&item), 1);
    CHECK_EQ(item, 0); /* the newest are lost, not the oldest */
}

TEST(ring_counts_its_fill)
{
    struct ring_consumer_stats s;
    uint64_t item;
    make(8, 0);
    for (unsigned i = 0; i < 5; i++)
        push(&producer[0], i);
    CHECK_EQ(pop(&item), 1);
    ring_consumer_stats(&consumer, &s);
    CHECK_EQ(s.popped, 1);
    CHECK_EQ(s.highest, 5);
}

TEST(ring_takes_one_reservation_at_a_time)
{
    make(4, 0);
    CHECK_EQ(ring_reserve(&producer[0], 2, &out), 2);
    CHECK_EQ(ring_reserve(&producer[0], 1, &out), -EBUSY);
    CHECK_EQ(ring_producer_prepare_sleep(&producer[0]), -EBUSY);
    CHECK_PANICS(ring_publish(&producer[0], 3), "3 cells published of 2");
    CHECK_EQ(ring_publish(&producer[0], 2), 0);
    CHECK_PANICS(ring_publish(&producer[0], 1), "1 cells published of 0");
    CHECK_EQ(ring_take(&consumer, 2, &in), 2);
    CHECK_EQ(ring_take(&consumer, 1, &in), -EBUSY);
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), -EBUSY);
    CHECK_PANICS(ring_release(&consumer, 3), "3 cells released of 2");
}

TEST(ring_many_publishes_all_that_was_claimed)
{
    make(4, RING_MANY);
    CHECK_EQ(ring_reserve(&producer[0], 2, &out), 2);
    CHECK_PANICS(ring_publish(&producer[0], 1), "1 cells published of 2");
}

TEST(ring_gives_back_what_is_not_published_or_released)
{
    uint64_t item;
    make(4, 0);
    CHECK_EQ(ring_reserve(&producer[0], 3, &out), 3);
    out[0].word[0] = 10;
    ring_publish(&producer[0], 1);
    CHECK_EQ(push(&producer[0], 11), 1);
    CHECK_EQ(ring_take(&consumer, 4, &in), 2);
    ring_release(&consumer, 0);
    CHECK_EQ(pop(&item), 1);
    CHECK_EQ(item, 10);
    CHECK_EQ(pop(&item), 1);
    CHECK_EQ(item, 11);
    CHECK_EQ(pop(&item), 0);
}

static void doorbells(unsigned flags)
{
    uint64_t item;
    make(2, flags);
    CHECK_EQ(push(&producer[0], 1), 1); /* nobody sleeps: no doorbell */
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), 0);
    CHECK_EQ(pop(&item), 1);
    push(&producer[0], 2);
    pop(&item); /* the bell of the announcement that was taken back */
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), 1);
    CHECK_EQ(push(&producer[0], 3), 2);
    CHECK_EQ(push(&producer[0], 4), 1); /* once is enough */
    CHECK_EQ(push(&producer[0], 5), 0);
    CHECK_EQ(ring_producer_prepare_sleep(&producer[0]), 1);
    CHECK_EQ(pop(&item), 2);
    CHECK_EQ(pop(&item), 1);
    CHECK_EQ(ring_producer_prepare_sleep(&producer[0]), 0);
    struct ring_producer_stats ps;
    struct ring_consumer_stats cs;
    ring_producer_stats(&producer[0], &ps);
    ring_consumer_stats(&consumer, &cs);
    CHECK(ps.doorbells >= 1 && ps.doorbells <= 2);
    CHECK_EQ(cs.doorbells, 1);
}

TEST(ring_single_rings_only_who_sleeps)
{
    doorbells(0);
}

TEST(ring_many_rings_only_who_sleeps)
{
    doorbells(RING_MANY);
}

TEST(ring_many_waits_for_the_first_claim)
{
    struct ring_cell *first, *second;
    make(4, RING_MANY);
    CHECK_EQ(ring_reserve(&producer[0], 1, &first), 1);
    CHECK_EQ(ring_reserve(&producer[1], 2, &second), 2);
    second[0].word[0] = 2, second[1].word[0] = 3;
    CHECK_EQ(ring_publish(&producer[1], 2), 0);
    CHECK_EQ(ring_take(&consumer, 4, &in), 0);
    CHECK_EQ(ring_consumer_prepare_sleep(&consumer), 1);
    CHECK_EQ(push(&producer[2], 4), 1); /* not what the consumer waits for */
    first->word[0] = 1;
    CHECK_EQ(ring_publish(&producer[0], 1), 1);
    CHECK_EQ(ring_take(&consumer, 4, &in), 4);
    for (unsigned i = 0; i < 4; i++)
        CHECK_EQ(in[i].word[0], i + 1);
}

/* ---- random calls against a model ---- */

static struct model {
    uint64_t item[MAX_CELLS]; /* by index modulo the capacity */
    bool published[MAX_CELLS];
    uint64_t tail, head; /* claimed, released */
    uint64_t claimed[MAX_PRODUCERS];
    unsigned reserved[MAX_PRODUCERS], taken;
    uint64_t pushed[MAX_PRODUCERS], refused[MAX_PRODUCERS];
    uint64_t last_item;
    bool asleep, producer_asleep;
} model;

static unsigned flags, nr_producers;
static struct ring_cell *cells_of[MAX_PRODUCERS];

static void model_reserve(unsigned who)
{
    unsigned wanted = check_random_below(capacity + 2);
    struct ring_producer *p = &producer[who];
    if (model.reserved[who] > 0) {
        CHECK_EQ(ring_reserve(p, wanted, &out), -EBUSY);
        return;
    }
    unsigned room = capacity - (model.tail - model.head);
    unsigned nr = run(model.tail, room, wanted);
    CHECK_EQ(ring_reserve(p, wanted, &cells_of[who]), nr);
    if (nr == 0) {
        model.refused[who] += MIN(wanted, capacity);
        return;
    }
    CHECK(cells_of[who] == &block.cells[slot(model.tail)]);
    model.claimed[who] = model.tail;
    model.reserved[who] = nr;
    if (flags & RING_MANY)
        model.tail += nr;
}

static void model_publish(unsigned who)
{
    unsigned nr = model.reserved[who];
    if (!(flags & RING_MANY) && nr > 0)
        nr = check_random_below(nr + 1);
    bool wakes = false;
    for (unsigned i = 0; i < nr; i++) {
        uint64_t index = model.claimed[who] + i;
        for (unsigned w = 0; w < ring_payload_words(flags); w++)
            cells_of[who][i].word[w] = model.last_item + w;
        model.item[slot(index)] = model.last_item;
        model.last_item += RING_CELL_WORDS;
        model.published[slot(index)] = true;
        wakes |= model.asleep && index == model.head;
    }
    if (!(flags & RING_MANY))
        model.tail += nr;
    bool woke = ring_publish(&producer[who], nr);
    CHECK(!wakes || woke); /* more is allowed: an announcement that was taken back */
    if (wakes)
        model.asleep = false;
    model.pushed[who] += nr;
    model.reserved[who] = 0;
}

static unsigned model_available(void)
{
    unsigned nr = 0;
    while (nr < model.tail - model.head && model.published[slot(model.head + nr)])
        nr++;
    return nr;
}

static void model_take(void)
{
    unsigned wanted = check_random_below(capacity + 2);
    if (model.taken > 0) {
        CHECK_EQ(ring_take(&consumer, wanted, &in), -EBUSY);
        return;
    }
    model.taken = run(model.head, model_available(), wanted);
    CHECK_EQ(ring_take(&consumer, wanted, &in), model.taken);
    for (unsigned i = 0; i < model.taken; i++)
        for (unsigned w = 0; w < ring_payload_words(flags); w++)
            CHECK_EQ(in[i].word[w], model.item[slot(model.head + i)] + w);
}

static void model_release(void)
{
    unsigned nr = check_random_below(model.taken + 1);
    for (unsigned i = 0; i < nr; i++)
        model.published[slot(model.head + i)] = false;
    bool woke = ring_release(&consumer, nr);
    CHECK(!(model.producer_asleep && nr > 0) || woke);
    if (woke)
        model.producer_asleep = false;
    model.head += nr;
    model.taken = 0;
}

static void model_sleep(unsigned who)
{
    if (check_random_below(2)) {
        bool ready = model_available() > 0;
        int expected = model.taken > 0 ? -EBUSY : !ready;
        CHECK_EQ(ring_consumer_prepare_sleep(&consumer), expected);
        model.asleep |= expected == 1;
    } else {
        int expected = model.reserved[who] > 0 ? -EBUSY : model.tail - model.head == capacity;
        CHECK_EQ(ring_producer_prepare_sleep(&producer[who]), expected);
        model.producer_asleep |= expected == 1;
    }
}

static void model_check_stats(void)
{
    struct ring_consumer_stats c;
    ring_consumer_stats(&consumer, &c);
    CHECK_EQ(c.popped, model.head);
    CHECK(c.highest <= capacity);
    for (unsigned i = 0; i < nr_producers; i++) {
        struct ring_producer_stats p;
        ring_producer_stats(&producer[i], &p);
        CHECK_EQ(p.pushed, model.pushed[i]);
        CHECK_EQ(p.refused + p.dropped, model.refused[i]);
    }
}

static void random_calls(void)
{
    static const uint64_t nothing[8];
    memset(&block, 0, sizeof block);
    memset(&model, 0, sizeof model);
    capacity = 1u << check_random_below(7);
    flags = (check_random_below(2) ? RING_MANY : 0) | (check_random_below(2) ? RING_DROP : 0);
    nr_producers = flags & RING_MANY ? 1 + check_random_below(MAX_PRODUCERS) : 1;
    make(capacity, flags);
    for (unsigned i = 0; i < 2000; i++) {
        unsigned who = check_random_below(nr_producers);
        switch (check_random_below(5)) {
        case 0:
            model_reserve(who);
            break;
        case 1:
            model_publish(who);
            break;
        case 2:
            model_take();
            break;
        case 3:
            model_release();
            break;
        default:
            model_sleep(who);
        }
    }
    model_check_stats();
    CHECK(memcmp(block.before, nothing, sizeof nothing) == 0);
    CHECK(memcmp(block.after, nothing, sizeof nothing) == 0);
    for (struct ring_cell *c = &block.cells[capacity]; c < block.cells + MAX_CELLS; c++)
        CHECK(memcmp(c, nothing, sizeof nothing) == 0);
}

TEST(ring_random_calls_match_a_model)
{
    for (struct timespec start = {0}; !check_time_is_up(&start, check_seconds() / 2);)
        random_calls();
}
