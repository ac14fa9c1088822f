/* ring_stress_test.c: threads that push and pop as fast as they can, asleep whenever they may be,
 * under ThreadSanitizer. Every item carries who sent it, its number and a checksum. */
#include "hosted.h"
#include "ring.h"
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#define MAX_CELLS     256
#define MAX_PRODUCERS 3
#define PATIENCE      60 /* seconds that nobody sleeps through unless a wake-up was lost */

static struct {
    struct ring ring;
    struct ring_cell cells[MAX_CELLS];
} block;

static struct {
    uint32_t capacity;
    unsigned flags, nr_producers, batch;
    uint64_t items; /* of each producer */
} shape;

static sem_t awake[MAX_PRODUCERS + 1]; /* the last is the consumer's */
#define CONSUMER MAX_PRODUCERS

static void sleep_until_woken(unsigned who)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    while (sem_timedwait(&awake[who], &until) != 0)
        if (errno == ETIMEDOUT)
            FAIL("a wake-up was lost: %u sleeps", who);
}

static uint64_t scramble(uint64_t who, uint64_t number, unsigned word)
{
    return (who + 1) * 0x9e3779b97f4a7c15 ^ number * 0xbf58476d1ce4e5b9 ^ word;
}

static void write_item(struct ring_cell *cell, uint64_t who, uint64_t number)
{
    cell->word[0] = who;
    cell->word[1] = number;
    for (unsigned w = 2; w < ring_payload_words(shape.flags); w++)
        cell->word[w] = scramble(who, number, w);
}

static void check_item(const struct ring_cell *cell, uint64_t next[])
{
    uint64_t who = cell->word[0], number = cell->word[1];
    CHECK(who < shape.nr_producers);
    CHECK_EQ(number, next[who]);
    next[who]++;
    for (unsigned w = 2; w < ring_payload_words(shape.flags); w++)
        CHECK_EQ(cell->word[w], scramble(who, number, w));
}

static unsigned batch_size(unsigned *state)
{
    *state = *state * 1103515245 + 12345;
    return 1 + (*state >> 16) % shape.batch;
}

static void *produce(void *argument)
{
    uint64_t who = (uintptr_t)argument;
    unsigned state = (unsigned)check_seed + who;
    struct ring_producer p;
    struct ring_cell *cells;
    CHECK_EQ(ring_producer_init(&p, &block.ring, shape.capacity, shape.flags), 0);
    for (uint64_t sent = 0; sent < shape.items;) {
        uint64_t wanted = batch_size(&state);
        int nr = ring_reserve(&p, (uint32_t)MIN(wanted, shape.items - sent), &cells);
        CHECK(nr >= 0);
        for (int i = 0; i < nr; i++)
            write_item(&cells[i], who, sent + i);
        sent += nr;
        if (nr > 0 && ring_publish(&p, nr))
            sem_post(&awake[CONSUMER]);
        if (nr == 0 && ring_producer_prepare_sleep(&p) == 1)
            sleep_until_woken(who);
    }
    return NULL;
}

static void *consume(void *argument)
{
    unsigned state = (unsigned)check_seed;
    uint64_t next[MAX_PRODUCERS] = {0};
    struct ring_consumer c;
    const struct ring_cell *cells;
    (void)argument;
    CHECK_EQ(ring_consumer_init(&c, &block.ring, shape.capacity, shape.flags, NULL, 0), 0);
    for (uint64_t left = shape.items * shape.nr_producers; left > 0;) {
        int nr = ring_take(&c, batch_size(&state), &cells);
        CHECK(nr >= 0);
        for (int i = 0; i < nr; i++)
            check_item(&cells[i], next);
        left -= nr;
        if (nr > 0 && ring_release(&c, nr))
            for (unsigned i = 0; i < shape.nr_producers; i++)
                sem_post(&awake[i]);
        if (nr == 0 && ring_consumer_prepare_sleep(&c) == 1)
            sleep_until_woken(CONSUMER);
    }
    CHECK_EQ(ring_take(&c, 1, &cells), 0);
    return NULL;
}

static void stress(void)
{
    pthread_t thread[MAX_PRODUCERS + 1];
    for (unsigned i = 0; i <= MAX_PRODUCERS; i++)
        sem_init(&awake[i], 0, 0);
    CHECK_EQ(pthread_create(&thread[CONSUMER], NULL, consume, NULL), 0);
    for (uintptr_t i = 0; i < shape.nr_producers; i++)
        CHECK_EQ(pthread_create(&thread[i], NULL, produce, (void *)i), 0);
    for (unsigned i = 0; i < shape.nr_producers; i++)
        pthread_join(thread[i], NULL);
    pthread_join(thread[CONSUMER], NULL);
}

#define STRESS(...) shape = (__typeof__(shape)){__VA_ARGS__}, stress()

TEST(ring_threads_single)
{
    STRESS(.capacity = 64, .nr_producers = 1, .batch = 16, .items = 200000);
}

TEST(ring_threads_single_tiny)
{
    STRESS(.capacity = 1, .nr_producers = 1, .batch = 2, .items = 20000);
}

TEST(ring_threads_many)
{
    STRESS(.capacity = 256, .flags = RING_MANY, .nr_producers = 3, .batch = 16, .items = 60000);
}

TEST(ring_threads_many_tiny)
{
    STRESS(.capacity = 2, .flags = RING_MANY, .nr_producers = 3, .batch = 2, .items = 8000);
}
