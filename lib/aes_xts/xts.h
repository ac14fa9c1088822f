/* XTS over AES-128: bytes that fill sectors, each of which is encrypted with its number. Source:
 * IEEE 1619-2018, 5.3 and 5.4, without ciphertext stealing: a sector has whole blocks.
 * Freestanding. */
#ifndef XTS_H
#define XTS_H

#include "aes.h"

struct xts_key {
    struct aes_key data, tweak;
};

void xts_expand(struct xts_key *key, const uint8_t data[AES_BLOCK], const uint8_t tweak[AES_BLOCK]);

struct xts_sectors {
    uint8_t *bytes;
    size_t count, sector_bytes; /* a multiple of AES_BLOCK */
    uint64_t first;             /* the number of the first one; each further one is one more */
};

void xts_encrypt(const struct aes_code *code, const struct xts_key *key,
                 struct xts_sectors sectors);
void xts_decrypt(const struct aes_code *code, const struct xts_key *key,
                 struct xts_sectors sectors);

#endif
