/* ring_explore_test.c: small cases of the ring in every order that threads and memory allow. What
 * is promised in each: items of one producer come out once, in order and whole; nobody sleeps while
 * there is something for it to do; the accesses to payload never race. */
#include "ring_explorer.h"
#include "../../../nucleus/core/ring_producer.c"
#include "../../../nucleus/core/ring_consumer.c"

/* What a case is made of. Threads 0... are producers, the last is the consumer. */
static struct {
    uint32_t capacity;
    unsigned flags;
    unsigned nr_producers;
    unsigned items;     /* of each producer */
    unsigned push, pop; /* cells asked for at once */
    bool foreign;
} shape;

#define CONSUMER     (shape.nr_producers)
#define ITEM(who, n) (((who) + 1) * 16 + (n) + 1)

/* A thread says who it is before it sleeps for the first time, and whoever wakes it has to know. */
static void introduce(unsigned *introduced, unsigned me)
{
    if (!*introduced)
        write_plain_at(VARIABLE(me), 1);
    *introduced = 1;
}

static void wake_known(unsigned thread)
{
    PROMISED(read_plain_at(VARIABLE(thread)) == 1);
    wake(thread);
}

struct producing {
    struct ring_producer p;
    unsigned done, introduced;
};

static void produce(unsigned me)
{
    struct producing v = {0};
    struct ring_cell *cells;
    PROMISED(ring_producer_init(&v.p, RING, shape.capacity, shape.flags) == 0);
    resume(&v, sizeof v);
    while (v.done < shape.items) {
        v.p.refused = v.p.doorbells = 0; /* so that states differ in what matters alone */
        checkpoint(&v, sizeof v);
        int nr = ring_reserve(&v.p, MIN(shape.push, shape.items - v.done), &cells);
        PROMISED(nr >= 0);
        for (int i = 0; i < nr; i++)
            write_cell(&cells[i], ITEM(me, v.done + i));
        v.done += nr;
        if (nr > 0 && ring_publish(&v.p, nr))
            wake_known(CONSUMER);
        if (nr > 0)
            continue;
        introduce(&v.introduced, me);
        int may_sleep = ring_producer_prepare_sleep(&v.p);
        PROMISED(may_sleep >= 0);
        if (may_sleep)
            wait_for_wake();
    }
}

/* Only those that have slept can be meant: with one producer that is known to be it. */
static void wake_producers(void)
{
    if (shape.nr_producers == 1)
        wake_known(0);
    else
        for (unsigned t = 0; t < shape.nr_producers; t++)
            wake(t);
}

static void check_item(uint64_t item, uint64_t next[MAX_THREADS])
{
    unsigned who = item / 16 - 1;
    PROMISED(who < shape.nr_producers);
    PROMISED(item == ITEM(who, next[who]));
    next[who]++;
}

struct consuming {
    struct ring_consumer c;
    uint64_t next[MAX_THREADS]; /* item of each producer */
    unsigned left, introduced;
};

static void consume(unsigned me)
{
    static struct ring_cell copies[MAX_CELLS];
    struct consuming v = {.left = shape.nr_producers * shape.items};
    const struct ring_cell *cells;
    PROMISED(ring_consumer_init(&v.c, RING, shape.capacity, shape.flags,
                                shape.foreign ? copies : NULL, MAX_CELLS) == 0);
    resume(&v, sizeof v);
    while (v.left > 0) {
        v.c.doorbells = v.c.highest = 0;
        checkpoint(&v, sizeof v);
        int nr = ring_take(&v.c, shape.pop, &cells);
        PROMISED(nr >= 0);
        for (int i = 0; i < nr; i++)
            check_item(shape.foreign ? cells[i].word[0] : read_cell(&cells[i]), v.next);
        v.left -= nr;
        if (nr > 0 && ring_release(&v.c, nr))
            wake_producers();
        if (nr > 0)
            continue;
        introduce(&v.introduced, me);
        int may_sleep = ring_consumer_prepare_sleep(&v.c);
        PROMISED(may_sleep >= 0);
        if (may_sleep)
            wait_for_wake();
    }
}

static void run_shape(bool newest_only)
{
    struct scenario s = {.nr_threads = shape.nr_producers + 1, .newest_only = newest_only};
    for (unsigned t = 0; t < shape.nr_producers; t++)
        s.body[t] = produce;
    s.body[CONSUMER] = consume;
    explore(&s);
    CHECK(explorer.nr_waits > 0); /* somebody did sleep */
}

#define SHAPE(...)                                                                                 \
    shape = (__typeof__(shape))                                                                    \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

TEST(ring_single_of_one_cell)
{
    SHAPE(.capacity = 1, .nr_producers = 1, .items = 3, .push = 1, .pop = 1);
    run_shape(false);
}

TEST(ring_single_of_two_cells)
{
    SHAPE(.capacity = 2, .nr_producers = 1, .items = 4, .push = 1, .pop = 1);
    run_shape(false);
}

TEST(ring_single_in_batches)
{
    SHAPE(.capacity = 2, .nr_producers = 1, .items = 6, .push = 2, .pop = 2);
    run_shape(false);
}

TEST(ring_single_in_batches_across_the_end)
{
    SHAPE(.capacity = 2, .nr_producers = 1, .items = 6, .push = 2, .pop = 1);
    run_shape(false);
}

TEST(ring_single_with_copies)
{
    SHAPE(.capacity = 2, .nr_producers = 1, .items = 4, .push = 2, .pop = 2, .foreign = true);
    run_shape(false);
}

TEST(ring_many_of_one_cell)
{
    SHAPE(.capacity = 1, .flags = RING_MANY, .nr_producers = 2, .items = 1, .push = 1, .pop = 1);
    run_shape(false);
}

TEST(ring_many_by_one_producer)
{
    SHAPE(.capacity = 2, .flags = RING_MANY, .nr_producers = 1, .items = 4, .push = 2, .pop = 2);
    run_shape(false);
}

TEST(ring_many_in_batches_across_the_end)
{
    SHAPE(.capacity = 2, .flags = RING_MANY, .nr_producers = 1, .items = 5, .push = 2, .pop = 1);
    run_shape(false);
}

TEST(ring_many_in_batches_by_two_across_the_end)
{
    SHAPE(.capacity = 2, .flags = RING_MANY, .nr_producers = 2, .items = 2, .push = 2, .pop = 2);
    run_shape(true);
}

TEST(ring_many_of_two_cells)
{
    SHAPE(.capacity = 2, .flags = RING_MANY, .nr_producers = 2, .items = 2, .push = 1, .pop = 2);
    run_shape(true);
}

TEST(ring_many_in_batches)
{
    SHAPE(.capacity = 4, .flags = RING_MANY, .nr_producers = 2, .items = 2, .push = 2, .pop = 4);
    run_shape(false);
}

TEST(ring_many_by_three_producers)
{
    SHAPE(.capacity = 2, .flags = RING_MANY, .nr_producers = 3, .items = 1, .push = 1, .pop = 2);
    run_shape(true);
}

/* A producer that stops for ever after it has claimed a cell. */
static void claim_and_stop(unsigned me)
{
    struct ring_producer p;
    struct ring_cell *cells;
    (void)me;
    PROMISED(ring_producer_init(&p, RING, shape.capacity, shape.flags) == 0);
    PROMISED(ring_reserve(&p, 1, &cells) == 1);
    write_cell(cells, 0xdead);
}

static void push_one(unsigned me)
{
    struct ring_producer p;
    struct ring_cell *cells;
    PROMISED(ring_producer_init(&p, RING, shape.capacity, shape.flags) == 0);
    PROMISED(ring_reserve(&p, 1, &cells) == 1);
    write_cell(cells, ITEM(me, 0));
    ring_publish(&p, 1);
}

static void look_twice(unsigned me)
{
    struct ring_consumer c;
    const struct ring_cell *cells;
    uint64_t next[MAX_THREADS] = {0};
    (void)me;
    PROMISED(ring_consumer_init(&c, RING, shape.capacity, shape.flags, NULL, 0) == 0);
    for (unsigned look = 0; look < 2; look++) {
        int nr = ring_take(&c, 4, &cells);
        PROMISED(nr >= 0);
        for (int i = 0; i < nr; i++)
            check_item(read_cell(&cells[i]), next);
        ring_release(&c, nr);
    }
}

TEST(ring_many_with_a_producer_that_stops)
{
    SHAPE(.capacity = 4, .flags = RING_MANY, .nr_producers = 3);
    struct scenario s = {
        .nr_threads = 4,
        .body = {push_one, push_one, claim_and_stop, look_twice},
        .newest_only = true,
    };
    explore(&s);
}
