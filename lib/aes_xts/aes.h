/* AES-128 in the form that XTS wants: many blocks under one key, each masked before and after with
 * a tweak of its own. Sources: FIPS 197; IEEE 1619-2018, 5.3. Freestanding.
 *
 * Nothing branches on secrets or uses them as an address: where the core has no AES instructions,
 * the S-box is computed with boolean operations on bits of many blocks at once. */
#ifndef AES_H
#define AES_H

#include <stddef.h>
#include <stdint.h>

enum { AES_BLOCK = 16, AES_ROUNDS = 10, AES_SLICES = 8 };

struct aes_key {
    uint8_t round[AES_ROUNDS + 1][AES_BLOCK];
    /* The same for the bitsliced code: bit i of every byte is in word i. */
    uint64_t sliced[AES_ROUNDS + 1][AES_SLICES];
};

void aes_expand(struct aes_key *key, const uint8_t bytes[AES_BLOCK]);

/* 16 bytes as little-endian words, as all cores have them that this is for. */
struct aes_words {
    uint64_t low, high;
};

/* One way to compute it: data[i] = E(data[i] ^ tweaks[i]) ^ tweaks[i], or with E's inverse, over so
 * many blocks. The data need no alignment. */
typedef void aes_masked(const struct aes_key *key, uint8_t *data, const struct aes_words *tweaks,
                        size_t blocks);
struct aes_code {
    const char *name;
    aes_masked *encrypt, *decrypt;
};

extern const struct aes_code aes_bitsliced;

/* The core's own instructions; none where it has none. */
const struct aes_code *aes_instructions(void);

/* The faster of these two. */
const struct aes_code *aes_best(void);

#endif
