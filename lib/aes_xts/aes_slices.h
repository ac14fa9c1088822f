/* Bitsliced AES. Word i of eight holds bit i of the bytes of four blocks: the byte in row r, column
 * c of block b has its bit at 16r + 4c + b. A `slice` is two such words, so eight blocks are at
 * work at once. Each step of a round is a few boolean operations on whole words. */
#ifndef AES_SLICES_H
#define AES_SLICES_H

#include "aes.h"

typedef uint64_t slice __attribute__((vector_size(16)));
enum { SLICED_BLOCKS = 8 };

/* q[i] ^= t[i] */
static inline void slices_xor(slice q[AES_SLICES], const slice t[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++)
        q[i] ^= t[i];
}

/* From eight blocks of 16 bytes, and back. */
void slices_pack(slice q[AES_SLICES], const uint8_t *blocks);
void slices_unpack(uint8_t *blocks, slice q[AES_SLICES]);

/* SubBytes and its inverse. */
void slices_substitute(slice q[AES_SLICES]);
void slices_substitute_back(slice q[AES_SLICES]);

#endif
