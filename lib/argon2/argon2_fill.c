/* The memory is a row of blocks for each lane, which is filled in four slices, pass after pass.
 * Each block is mixed of the one before it and one that a pseudo-random word chooses: in the first
 * half of the first pass from a counter, so that nobody can see by the addresses what the password
 * is; later from the blocks themselves. */
#include "argon2_fill.h"

#include "blake2b.h"

enum { VERSION = 0x13, TYPE_ID = 2, SLICES = 4, PREHASH = 64, BLOCK_BYTES = 1024 };

/* ---- hashes ---- */

static void add_number(struct blake2b *b, uint32_t n)
{
    uint8_t bytes[4] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};
    blake2b_add(b, bytes, sizeof bytes);
}

static void add_bytes(struct blake2b *b, struct argon2_bytes bytes)
{
    add_number(b, (uint32_t)bytes.length);
    blake2b_add(b, bytes.at, bytes.length);
}

/* H', of any length: halves of hashes of hashes, and the last one whole. RFC 9106, 3.3. */
static void long_hash(uint8_t *out, size_t length, const uint8_t *bytes, size_t bytes_length)
{
    struct blake2b b;
    uint8_t hash[BLAKE2B_MAX];
    blake2b_start(&b, length < BLAKE2B_MAX ? length : BLAKE2B_MAX);
    add_number(&b, (uint32_t)length);
    blake2b_add(&b, bytes, bytes_length);
    while (length > BLAKE2B_MAX) {
        blake2b_finish(&b, hash);
        __builtin_memcpy(out, hash, BLAKE2B_MAX / 2);
        out += BLAKE2B_MAX / 2;
        length -= BLAKE2B_MAX / 2;
        blake2b_start(&b, length < BLAKE2B_MAX ? length : BLAKE2B_MAX);
        blake2b_add(&b, hash, BLAKE2B_MAX);
    }
    blake2b_finish(&b, out);
}

/* H0: RFC 9106, 3.2. */
static void prehash(uint8_t hash[PREHASH], const struct argon2_input *in, size_t key_length)
{
    struct blake2b b;
    blake2b_start(&b, PREHASH);
    add_number(&b, in->lanes);
    add_number(&b, (uint32_t)key_length);
    add_number(&b, in->blocks);
    add_number(&b, in->passes);
    add_number(&b, VERSION);
    add_number(&b, TYPE_ID);
    add_bytes(&b, in->password);
    add_bytes(&b, in->salt);
    add_bytes(&b, in->secret);
    add_bytes(&b, in->associated);
    blake2b_finish(&b, hash);
}

/* ---- filling ---- */

struct memory {
    struct argon2_block *blocks;
    uint32_t passes, lanes, lane_blocks, slice_blocks;
};

/* Where a segment is, the part of a lane that is in one slice. */
struct place {
    uint32_t pass, lane, slice;
};

static struct argon2_block *block_at(const struct memory *m, uint32_t lane, uint32_t index)
{
    return m->blocks + (size_t)lane * m->lane_blocks + index;
}

/* Words that depend on the place alone, 128 at a time. */
struct addresses {
    struct argon2_block input, words;
};

static void next_addresses(struct addresses *a)
{
    static const struct argon2_block zero;
    a->input.word[6]++;
    argon2_mix(&a->words, &zero, &a->input, 0);
    argon2_mix(&a->words, &zero, &a->words, 0);
}

static struct addresses addresses_of(const struct memory *m, struct place at)
{
    struct addresses a = {0};
    const uint64_t words[] = {at.pass,   at.lane, at.slice, (uint64_t)m->lanes * m->lane_blocks,
                              m->passes, TYPE_ID};
    __builtin_memcpy(a.input.word, words, sizeof words);
    return a;
}

/* How many blocks of a lane can be chosen: those of the last three slices that are complete, and of
 * one's own segment what is there, but for the block before. RFC 9106, 3.4.1.1. */
static uint32_t reach(const struct memory *m, struct place at, uint32_t index, int same_lane)
{
    uint32_t complete = at.pass == 0 ? at.slice : SLICES - 1;
    uint32_t blocks = complete * m->slice_blocks;
    if (same_lane)
        return blocks + index - 1;
    return index == 0 ? blocks - 1 : blocks;
}

/* The block that a word chooses. RFC 9106, 3.4.1.2. */
static const struct argon2_block *chosen(const struct memory *m, struct place at, uint32_t index,
                                         uint64_t word)
{
    uint32_t lane = (uint32_t)(word >> 32) % m->lanes;
    if (at.pass == 0 && at.slice == 0)
        lane = at.lane;
    uint64_t blocks = reach(m, at, index, lane == at.lane);
    uint64_t x = (word & 0xffffffff) * (word & 0xffffffff) >> 32;
    uint64_t back = blocks * x >> 32;
    uint64_t start = at.pass == 0 ? 0 : (uint64_t)(at.slice + 1) % SLICES * m->slice_blocks;
    return block_at(m, lane, (uint32_t)((start + blocks - 1 - back) % m->lane_blocks));
}

static void fill_segment(const struct memory *m, struct place at)
{
    int by_place = at.pass == 0 && at.slice < SLICES / 2;
    struct addresses addresses = addresses_of(m, at);
    uint32_t first = at.pass == 0 && at.slice == 0 ? 2 : 0;
    for (uint32_t index = 0; index < m->slice_blocks; index++) {
        if (by_place && index % ARGON2_WORDS == 0)
            next_addresses(&addresses);
        if (index < first)
            continue;
        uint32_t here = at.slice * m->slice_blocks + index;
        uint32_t before = here == 0 ? m->lane_blocks - 1 : here - 1;
        const struct argon2_block *previous = block_at(m, at.lane, before);
        uint64_t word = by_place ? addresses.words.word[index % ARGON2_WORDS] : previous->word[0];
        argon2_mix(block_at(m, at.lane, here), previous, chosen(m, at, index, word), at.pass > 0);
    }
}

static void fill(const struct memory *m)
{
    struct place at;
    for (at.pass = 0; at.pass < m->passes; at.pass++)
        for (at.slice = 0; at.slice < SLICES; at.slice++)
            for (at.lane = 0; at.lane < m->lanes; at.lane++)
                fill_segment(m, at);
}

/* ---- the beginning and the end ---- */

static void first_blocks(const struct memory *m, const uint8_t hash[PREHASH])
{
    uint8_t seed[PREHASH + 8] = {0};
    __builtin_memcpy(seed, hash, PREHASH);
    for (uint32_t lane = 0; lane < m->lanes; lane++) {
        __builtin_memcpy(seed + PREHASH + 4, &lane, sizeof lane);
        for (uint8_t i = 0; i < 2; i++) {
            seed[PREHASH] = i;
            long_hash((uint8_t *)block_at(m, lane, i)->word, BLOCK_BYTES, seed, sizeof seed);
        }
    }
}

static void result(const struct memory *m, uint8_t *key, size_t key_length)
{
    struct argon2_block last = *block_at(m, 0, m->lane_blocks - 1);
    for (uint32_t lane = 1; lane < m->lanes; lane++)
        for (int i = 0; i < ARGON2_WORDS; i++)
            last.word[i] ^= block_at(m, lane, m->lane_blocks - 1)->word[i];
    long_hash(key, key_length, (const uint8_t *)last.word, BLOCK_BYTES);
}

/* SAFETY: the empty assembly, which reads all memory, keeps the compiler from leaving out a store
 * that nobody reads. */
static void wipe(void *at, size_t bytes)
{
    __builtin_memset(at, 0, bytes);
    __asm__ volatile("" : : "r"(at) : "memory");
}

void argon2id(const struct argon2_input *input, struct argon2_block *memory, uint8_t *key,
              size_t key_length)
{
    uint8_t hash[PREHASH];
    uint32_t slice_blocks = input->blocks / (SLICES * input->lanes);
    struct memory m = {memory, input->passes, input->lanes, SLICES * slice_blocks, slice_blocks};
    prehash(hash, input, key_length);
    first_blocks(&m, hash);
    fill(&m);
    result(&m, key, key_length);
    wipe(memory, (size_t)input->blocks * sizeof *memory);
    wipe(hash, sizeof hash);
}
