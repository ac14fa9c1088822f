#include "blake2b.h"

/* Words are little-endian, as are all cores that this is for. */
static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

static const uint64_t start[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* RFC 7693, 2.7. Rounds 10 and 11 are 0 and 1 again. */
static const uint8_t order[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static uint64_t rotated(uint64_t x, int by)
{
    return x >> by | x << (64 - by);
}

static void mix(uint64_t v[16], int a, int b, int c, int d, uint64_t x, uint64_t y)
{
    v[a] += v[b] + x;
    v[d] = rotated(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotated(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 63);
}

static void mix_all(uint64_t v[16], const uint64_t m[16], const uint8_t s[16])
{
    for (int i = 0; i < 4; i++)
        mix(v, i, 4 + i, 8 + i, 12 + i, m[s[2 * i]], m[s[2 * i + 1]]);
    for (int i = 0; i < 4; i++)
        mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[s[8 + 2 * i]],
            m[s[9 + 2 * i]]);
}

static void compress(struct blake2b *b, int is_last)
{
    uint64_t v[16], m[16];
    b->hashed_bytes += b->filled;
    for (int i = 0; i < 8; i++) {
        v[i] = b->state[i];
        v[8 + i] = start[i];
    }
    v[12] ^= b->hashed_bytes;
    if (is_last)
        v[14] = ~v[14];
    for (int i = 0; i < 16; i++)
        m[i] = word_at(b->block + 8 * i);
    for (int round = 0; round < 12; round++)
        mix_all(v, m, order[round % 10]);
    for (int i = 0; i < 8; i++)
        b->state[i] ^= v[i] ^ v[8 + i];
    b->filled = 0;
}

void blake2b_start(struct blake2b *b, size_t length)
{
    *b = (struct blake2b){.length = length};
    __builtin_memcpy(b->state, start, sizeof start);
    b->state[0] ^= 0x01010000 ^ length;
}

/* A full block waits for what follows: the last one is compressed in another way. */
void blake2b_add(struct blake2b *b, const void *bytes, size_t length)
{
    for (const uint8_t *from = bytes; length > 0;) {
        if (b->filled == BLAKE2B_BLOCK)
            compress(b, 0);
        size_t room = BLAKE2B_BLOCK - b->filled, now = length < room ? length : room;
        __builtin_memcpy(b->block + b->filled, from, now);
        b->filled += now;
        from += now;
        length -= now;
    }
}

void blake2b_finish(struct blake2b *b, uint8_t *hash)
{
    __builtin_memset(b->block + b->filled, 0, BLAKE2B_BLOCK - b->filled);
    compress(b, 1);
    __builtin_memcpy(hash, b->state, b->length);
}
