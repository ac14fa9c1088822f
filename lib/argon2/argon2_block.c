#include "argon2_fill.h"

static inline uint64_t rotated(uint64_t x, int by)
{
    return x >> by | x << (64 - by);
}

/* x + y + 2 * the product of their low halves. */
static inline uint64_t plus(uint64_t x, uint64_t y)
{
    return x + y + 2 * (uint64_t)(uint32_t)x * (uint32_t)y;
}

static inline void mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d)
{
    *a = plus(*a, *b);
    *d = rotated(*d ^ *a, 32);
    *c = plus(*c, *d);
    *b = rotated(*b ^ *c, 24);
    *a = plus(*a, *b);
    *d = rotated(*d ^ *a, 16);
    *c = plus(*c, *d);
    *b = rotated(*b ^ *c, 63);
}

/* The permutation P: sixteen words as a square, columns, then diagonals. RFC 9106, 3.6. */
static inline void permute(uint64_t v[16])
{
    for (int i = 0; i < 4; i++)
        mix(&v[i], &v[4 + i], &v[8 + i], &v[12 + i]);
    for (int i = 0; i < 4; i++)
        mix(&v[i], &v[4 + (i + 1) % 4], &v[8 + (i + 2) % 4], &v[12 + (i + 3) % 4]);
}

/* A block is eight rows of eight pairs of words. */
static inline void permute_row(uint64_t *words)
{
    uint64_t v[16];
    for (int i = 0; i < 16; i++)
        v[i] = words[i];
    permute(v);
    for (int i = 0; i < 16; i++)
        words[i] = v[i];
}

static inline void permute_column(uint64_t *words)
{
    uint64_t v[16];
    for (int i = 0; i < 16; i++)
        v[i] = words[i / 2 * 16 + i % 2];
    permute(v);
    for (int i = 0; i < 16; i++)
        words[i / 2 * 16 + i % 2] = v[i];
}

void argon2_mix(struct argon2_block *next, const struct argon2_block *a,
                const struct argon2_block *b, int add)
{
    struct argon2_block sum, mixed;
    for (int i = 0; i < ARGON2_WORDS; i++)
        mixed.word[i] = sum.word[i] = a->word[i] ^ b->word[i];
    for (int row = 0; row < 8; row++)
        permute_row(mixed.word + 16 * row);
    for (int column = 0; column < 8; column++)
        permute_column(mixed.word + 2 * column);
    for (int i = 0; i < ARGON2_WORDS; i++)
        next->word[i] = (add ? next->word[i] : 0) ^ sum.word[i] ^ mixed.word[i];
}
