/* Bitsliced AES. Word i of eight holds bit i of the bytes of four blocks: the byte in row r, column
 * c of block b has its bit at 16r + 4c + b. A `slice` is SLICE_WORDS such words, as the core's
 * registers have room. Each step of a round is a few boolean operations on whole slices. */
#ifndef AES_SLICES_H
#define AES_SLICES_H

#include "aes.h"
#include "aes_slice_words.h"

typedef uint64_t slice __attribute__((vector_size(8 * SLICE_WORDS)));
enum { SLICED_BLOCKS = 4 * SLICE_WORDS };

/* q[i] ^= t[i] */
static inline void slices_xor(slice q[AES_SLICES], const slice t[AES_SLICES])
{
    for (int i = 0; i < AES_SLICES; i++)
        q[i] ^= t[i];
}

/* From SLICED_BLOCKS blocks, and back. */
void slices_pack(slice q[AES_SLICES], const struct aes_words *blocks);
void slices_unpack(struct aes_words *blocks, slice q[AES_SLICES]);

/* SubBytes and its inverse. */
void slices_substitute(slice q[AES_SLICES]);
void slices_substitute_back(slice q[AES_SLICES]);

#endif
