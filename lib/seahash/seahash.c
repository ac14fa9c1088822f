/* SeaHash: four lanes take the input's little-endian words in turn; the result mixes them with the
 * length. */
#include "seahash.h"

static uint64_t diffuse(uint64_t x)
{
    const uint64_t prime = 0x6eed0e9da4d94a4f;
    x *= prime;
    x ^= (x >> 32) >> (x >> 60);
    return x * prime;
}

static uint64_t word_at(const uint8_t *bytes, size_t length)
{
    uint64_t word = 0;
    for (size_t i = length; i-- > 0;)
        word = word << 8 | bytes[i];
    return word;
}

/* The compiler makes one load of it where the machine has one. */
static uint64_t whole_word_at(const uint8_t *b)
{
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

uint64_t seahash_bytes(const uint8_t *bytes, size_t length)
{
    uint64_t lanes[4] = {0x16f11fe89b0d677c, 0xb480a793d8e6c86c, 0x6fe2e5aaf078ebc9,
                         0x14f994a4c5259381};
    size_t at = 0;
    for (; length - at >= 32; at += 32)
        for (int lane = 0; lane < 4; lane++)
            lanes[lane] = diffuse(lanes[lane] ^ whole_word_at(bytes + at + 8 * lane));
    for (int lane = 0; at < length; lane++) {
        size_t left = length - at < 8 ? length - at : 8;
        lanes[lane] = diffuse(lanes[lane] ^ word_at(bytes + at, left));
        at += left;
    }
    return diffuse(lanes[0] ^ lanes[1] ^ lanes[2] ^ lanes[3] ^ length);
}
