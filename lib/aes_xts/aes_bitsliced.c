/* AES-128 with boolean operations alone: the same time whatever the key and the data are. */
#include "aes_slices.h"

/* ---- packing ---- */

/* The four bytes of a column, each followed by a zero byte; and back. */
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

/* The bits of `a` that the mask, shifted, names change places with those of `b` that it names. */
static inline void exchange(slice *a, slice *b, uint64_t mask, int shift)
{
    slice t = (*a >> shift ^ *b) & mask;
    *b ^= t;
    *a ^= t << shift;
}

/* Of each byte of the eight words bit i goes to word i: three steps, each its own inverse. */
static void transpose(slice q[AES_SLICES])
{
    const uint64_t m1 = 0x5555555555555555, m2 = 0x3333333333333333, m4 = 0x0f0f0f0f0f0f0f0f;
    for (int i = 0; i < AES_SLICES; i += 2)
        exchange(&q[i], &q[i + 1], m1, 1);
    for (int i = 0; i < AES_SLICES; i += 4) {
        exchange(&q[i], &q[i + 2], m2, 2);
        exchange(&q[i + 1], &q[i + 3], m2, 2);
    }
    for (int i = 0; i < 4; i++)
        exchange(&q[i], &q[i + 4], m4, 4);
}

/* Columns 0 and 1 are the low word of a block: 0 and 2 go together, and 1 and 3. */
void slices_pack(slice q[AES_SLICES], const struct aes_words *blocks)
{
    for (int word = 0; word < SLICE_WORDS; word++) {
        for (int b = 0; b < 4; b++, blocks++) {
            q[b][word] = spread(blocks->low & 0xffffffff) | spread(blocks->high & 0xffffffff) << 8;
            q[4 + b][word] = spread(blocks->low >> 32) | spread(blocks->high >> 32) << 8;
        }
    }
    transpose(q);
}

void slices_unpack(struct aes_words *blocks, slice q[AES_SLICES])
{
    transpose(q);
    for (int word = 0; word < SLICE_WORDS; word++) {
        for (int b = 0; b < 4; b++, blocks++) {
            uint64_t even = q[b][word], odd = q[4 + b][word];
            blocks->low = gathered(even) | gathered(odd) << 32;
            blocks->high = gathered(even >> 8) | gathered(odd >> 8) << 32;
        }
    }
}

/* ---- the steps of a round ---- */

static inline void add_key(slice q[AES_SLICES], const uint64_t key[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++)
        q[i] ^= key[i];
}

/* Row r is 16 bits, of which each column has four: it rotates by r columns, rows 2 and 3 by two and
 * then rows 1 and 3 by one. */
static inline slice two_columns(slice x)
{
    slice t = (x ^ x >> 8) & 0x00ff00ff00000000;
    return x ^ t ^ t << 8;
}

static inline void shift_rows(slice q[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++) {
        slice x = two_columns(q[i]);
        q[i] = (x & 0x0000ffff0000ffff) | (x >> 4 & 0x0fff00000fff0000) |
               (x << 12 & 0xf0000000f0000000);
    }
}

static inline void shift_rows_back(slice q[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++) {
        slice x = two_columns(q[i]);
        q[i] = (x & 0x0000ffff0000ffff) | (x << 4 & 0xfff00000fff00000) |
               (x >> 12 & 0x000f0000000f0000);
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

static inline void mask(struct aes_words *blocks, const struct aes_words *tweaks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        blocks[i].low ^= tweaks[i].low;
        blocks[i].high ^= tweaks[i].high;
    }
}

/* What does not fill the slices is filled up with zeros. */
static inline void some(slices_code *code, const struct aes_key *key, uint8_t *data,
                        const struct aes_words *tweaks, size_t count)
{
    struct aes_words blocks[SLICED_BLOCKS] = {{0}};
    slice q[AES_SLICES];
    __builtin_memcpy(blocks, data, count * AES_BLOCK);
    mask(blocks, tweaks, count);
    slices_pack(q, blocks);
    code(key, q);
    slices_unpack(blocks, q);
    mask(blocks, tweaks, count);
    __builtin_memcpy(data, blocks, count * AES_BLOCK);
}

static inline void all(slices_code *code, const struct aes_key *key, uint8_t *data,
                       const struct aes_words *tweaks, size_t blocks)
{
    for (; blocks >= SLICED_BLOCKS; blocks -= SLICED_BLOCKS, tweaks += SLICED_BLOCKS) {
        some(code, key, data, tweaks, SLICED_BLOCKS);
        data += SLICED_BLOCKS * AES_BLOCK;
    }
    if (blocks > 0)
        some(code, key, data, tweaks, blocks);
}

static void encrypt(const struct aes_key *key, uint8_t *data, const struct aes_words *tweaks,
                    size_t blocks)
{
    all(encrypt_slices, key, data, tweaks, blocks);
}

static void decrypt(const struct aes_key *key, uint8_t *data, const struct aes_words *tweaks,
                    size_t blocks)
{
    all(decrypt_slices, key, data, tweaks, blocks);
}

const struct aes_code aes_bitsliced = {"bitsliced", encrypt, decrypt};

/* ---- the key's schedule: FIPS 197, 5.2 ---- */

/* SubWord, of the last column. */
static void substitute_column(uint8_t column[4])
{
    struct aes_words blocks[SLICED_BLOCKS] = {{0}};
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
    struct aes_words blocks[SLICED_BLOCKS];
    slice q[AES_SLICES];
    for (int i = 0; i < SLICED_BLOCKS; i++)
        __builtin_memcpy(&blocks[i], round, AES_BLOCK);
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
