/* AES-128 with boolean operations alone: the same time whatever the key and the data are. */
#include "aes_slices.h"

/* ---- packing ---- */

/* Words are little-endian, as are all cores that this is for. */
static uint64_t column_at(const uint8_t *bytes)
{
    uint32_t column;
    __builtin_memcpy(&column, bytes, sizeof column);
    return column;
}

/* A column's four bytes, each followed by a zero byte; and back. */
static uint64_t spread(uint64_t x)
{
    x = (x | x << 16) & 0x0000ffff0000ffff;
    return (x | x << 8) & 0x00ff00ff00ff00ff;
}

static uint64_t gathered(uint64_t x)
{
    x &= 0x00ff00ff00ff00ff;
    x = (x | x >> 8) & 0x0000ffff0000ffff;
    return (x | x >> 16) & 0xffffffff;
}

static uint64_t two_columns(const uint8_t *a, const uint8_t *b)
{
    return spread(column_at(a)) | spread(column_at(b)) << 8;
}

static void put_column(uint8_t *bytes, uint64_t word)
{
    uint32_t column = (uint32_t)word;
    __builtin_memcpy(bytes, &column, sizeof column);
}

/* Exchanges the bits of `a` that `mask`, shifted, names with those of `b` that it names. */
#define EXCHANGE(a, b, mask, shift)                                                                \
    do {                                                                                           \
        slice t_ = ((a) >> (shift) ^ (b)) & (mask);                                                \
        (b) ^= t_;                                                                                 \
        (a) ^= t_ << (shift);                                                                      \
    } while (0)

/* Of each byte of the eight words bit i goes to word i: three steps, each its own inverse. */
static void transpose(slice q[AES_SLICES])
{
    const slice m1 = {0x5555555555555555, 0x5555555555555555};
    const slice m2 = {0x3333333333333333, 0x3333333333333333};
    const slice m4 = {0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f};
    for (int i = 0; i < AES_SLICES; i += 2)
        EXCHANGE(q[i], q[i + 1], m1, 1);
    for (int i = 0; i < AES_SLICES; i += 4) {
        EXCHANGE(q[i], q[i + 2], m2, 2);
        EXCHANGE(q[i + 1], q[i + 3], m2, 2);
    }
    for (int i = 0; i < 4; i++)
        EXCHANGE(q[i], q[i + 4], m4, 4);
}

void slices_pack(slice q[AES_SLICES], const uint8_t *blocks)
{
    for (int b = 0; b < 4; b++) {
        const uint8_t *low = blocks + 16 * b, *high = low + 64;
        q[b] = (slice){two_columns(low, low + 8), two_columns(high, high + 8)};
        q[4 + b] = (slice){two_columns(low + 4, low + 12), two_columns(high + 4, high + 12)};
    }
    transpose(q);
}

static void put_two_columns(uint8_t *a, uint8_t *b, uint64_t word)
{
    put_column(a, gathered(word));
    put_column(b, gathered(word >> 8));
}

void slices_unpack(uint8_t *blocks, slice q[AES_SLICES])
{
    transpose(q);
    for (int b = 0; b < 4; b++) {
        for (int half = 0; half < 2; half++) {
            uint8_t *block = blocks + 64 * half + 16 * b;
            put_two_columns(block, block + 8, q[b][half]);
            put_two_columns(block + 4, block + 12, q[4 + b][half]);
        }
    }
}

/* ---- the steps of a round ---- */

static inline void add_key(slice q[AES_SLICES], const uint64_t key[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++)
        q[i] ^= (slice){key[i], key[i]};
}

/* Row r is 16 bits, of which each column has four: it rotates by r columns. */
static inline void shift_rows(slice q[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++) {
        slice x = q[i];
        q[i] = (x & 0xffff) | (x & 0xfff00000) >> 4 | (x & 0x000f0000) << 12 |
               (x & 0xff0000000000) >> 8 | (x & 0x00ff00000000) << 8 |
               (x & 0xf000000000000000) >> 12 | (x & 0x0fff000000000000) << 4;
    }
}

static inline void shift_rows_back(slice q[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++) {
        slice x = q[i];
        q[i] = (x & 0xffff) | (x & 0x0fff0000) << 4 | (x & 0xf0000000) >> 12 |
               (x & 0xff0000000000) >> 8 | (x & 0x00ff00000000) << 8 |
               (x & 0x000f000000000000) << 12 | (x & 0xfff0000000000000) >> 4;
    }
}

/* The row that is `count` further down takes each row's place. */
static inline slice row_below(slice x, int count)
{
    return x >> 16 * count | x << (64 - 16 * count);
}

/* Multiplied by x in GF(2^8). */
static inline void doubled(slice t[AES_SLICES])
{
    slice top = t[7];
    for (int i = 7; i > 0; i--)
        t[i] = t[i - 1];
    t[0] = top;
    t[1] ^= top;
    t[3] ^= top;
    t[4] ^= top;
}

/* Of a column a0 to a3: 2 (a0 + a1) + a1 + a2 + a3. */
static inline void mix_columns(slice q[AES_SLICES])
{
    slice t[AES_SLICES], others[AES_SLICES];
    for (int i = 0; i < AES_SLICES; i++) {
        slice next = row_below(q[i], 1);
        t[i] = q[i] ^ next;
        others[i] = next ^ row_below(t[i], 2);
    }
    doubled(t);
    for (int i = 0; i < AES_SLICES; i++)
        q[i] = t[i] ^ others[i];
}

/* (14 11 13 9) = (2 3 1 1) (5 0 4 0): 4 (a0 + a2) is added before mixing. */
static inline void mix_columns_back(slice q[AES_SLICES])
{
    slice t[AES_SLICES];
    for (int i = 0; i < AES_SLICES; i++)
        t[i] = q[i] ^ row_below(q[i], 2);
    doubled(t);
    doubled(t);
    slices_xor(q, t);
    mix_columns(q);
}

static void encrypt_slices(const struct aes_key *key, slice q[AES_SLICES])
{
    add_key(q, key->sliced[0]);
    for (int round = 1; round < AES_ROUNDS; round++) {
        slices_substitute(q);
        shift_rows(q);
        mix_columns(q);
        add_key(q, key->sliced[round]);
    }
    slices_substitute(q);
    shift_rows(q);
    add_key(q, key->sliced[AES_ROUNDS]);
}

static void decrypt_slices(const struct aes_key *key, slice q[AES_SLICES])
{
    add_key(q, key->sliced[AES_ROUNDS]);
    for (int round = AES_ROUNDS - 1; round > 0; round--) {
        shift_rows_back(q);
        slices_substitute_back(q);
        add_key(q, key->sliced[round]);
        mix_columns_back(q);
    }
    shift_rows_back(q);
    slices_substitute_back(q);
    add_key(q, key->sliced[0]);
}

/* ---- blocks ---- */

typedef void slices_code(const struct aes_key *key, slice q[AES_SLICES]);

static inline void masked(slices_code *code, const struct aes_key *key, uint8_t *data,
                          const uint8_t *tweaks)
{
    slice q[AES_SLICES];
    uint8_t blocks[SLICED_BLOCKS * AES_BLOCK];
    for (size_t i = 0; i < sizeof blocks; i++)
        blocks[i] = data[i] ^ tweaks[i];
    slices_pack(q, blocks);
    code(key, q);
    slices_unpack(blocks, q);
    for (size_t i = 0; i < sizeof blocks; i++)
        data[i] = blocks[i] ^ tweaks[i];
}

/* What does not fill the slices is filled up with zeros. */
static inline void all(slices_code *code, const struct aes_key *key, uint8_t *data,
                       const uint8_t *tweaks, size_t blocks)
{
    const size_t whole = SLICED_BLOCKS * AES_BLOCK;
    for (; blocks >= SLICED_BLOCKS; blocks -= SLICED_BLOCKS, data += whole, tweaks += whole)
        masked(code, key, data, tweaks);
    if (blocks == 0)
        return;
    uint8_t last[SLICED_BLOCKS * AES_BLOCK] = {0}, mask[SLICED_BLOCKS * AES_BLOCK] = {0};
    __builtin_memcpy(last, data, blocks * AES_BLOCK);
    __builtin_memcpy(mask, tweaks, blocks * AES_BLOCK);
    masked(code, key, last, mask);
    __builtin_memcpy(data, last, blocks * AES_BLOCK);
}

static void encrypt(const struct aes_key *key, uint8_t *data, const uint8_t *tweaks, size_t blocks)
{
    all(encrypt_slices, key, data, tweaks, blocks);
}

static void decrypt(const struct aes_key *key, uint8_t *data, const uint8_t *tweaks, size_t blocks)
{
    all(decrypt_slices, key, data, tweaks, blocks);
}

const struct aes_code aes_bitsliced = {"bitsliced", encrypt, decrypt};

/* ---- the key's schedule: FIPS 197, 5.2 ---- */

/* SubWord, of the last column. */
static void substitute_column(uint8_t column[4])
{
    uint8_t blocks[SLICED_BLOCKS * AES_BLOCK] = {0};
    slice q[AES_SLICES];
    __builtin_memcpy(blocks, column, 4);
    slices_pack(q, blocks);
    slices_substitute(q);
    slices_unpack(blocks, q);
    __builtin_memcpy(column, blocks, 4);
}

static void next_round(uint8_t next[AES_BLOCK], const uint8_t before[AES_BLOCK], uint8_t constant)
{
    uint8_t column[4] = {before[13], before[14], before[15], before[12]};
    substitute_column(column);
    column[0] ^= constant;
    for (int i = 0; i < AES_BLOCK; i++)
        next[i] = before[i] ^ (i < 4 ? column[i] : next[i - 4]);
}

static void slice_round(uint64_t sliced[AES_SLICES], const uint8_t round[AES_BLOCK])
{
    uint8_t blocks[SLICED_BLOCKS * AES_BLOCK];
    slice q[AES_SLICES];
    for (int i = 0; i < SLICED_BLOCKS; i++)
        __builtin_memcpy(blocks + i * AES_BLOCK, round, AES_BLOCK);
    slices_pack(q, blocks);
    for (int i = 0; i < AES_SLICES; i++)
        sliced[i] = q[i][0];
}

void aes_expand(struct aes_key *key, const uint8_t bytes[AES_BLOCK])
{
    static const uint8_t constants[AES_ROUNDS] = {1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36};
    __builtin_memcpy(key->round[0], bytes, AES_BLOCK);
    for (int i = 0; i < AES_ROUNDS; i++)
        next_round(key->round[i + 1], key->round[i], constants[i]);
    for (int i = 0; i <= AES_ROUNDS; i++)
        slice_round(key->sliced[i], key->round[i]);
}
