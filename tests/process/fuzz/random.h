/* random.h: pseudo-random numbers, one stream a thread (xorshift64*). */
#ifndef TESTS_PROCESS_FUZZ_RANDOM_H
#define TESTS_PROCESS_FUZZ_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545f4914f6cdd1dull;
}

static inline uint64_t random_below(struct random *random, uint64_t limit)
{
    return random_next(random) % limit;
}

/* A stream for one of many: each combination of the three begins elsewhere. */
static inline struct random random_stream(uint64_t seed, uint64_t a, uint64_t b)
{
    struct random random = {(seed * 0x9e3779b97f4a7c15ull) ^ (a << 32) ^ (b << 48) ^ 0x1234567};
    if (random.state == 0)
        random.state = 1;
    for (int i = 0; i < 8; i++)
        random_next(&random);
    return random;
}

#endif
