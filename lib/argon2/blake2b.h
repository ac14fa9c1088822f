/* BLAKE2b without a key: a hash of 1 to 64 bytes. Source: RFC 7693. Freestanding. */
#ifndef BLAKE2B_H
#define BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

enum { BLAKE2B_BLOCK = 128, BLAKE2B_MAX = 64 };

struct blake2b {
    uint64_t state[8];
    uint64_t hashed_bytes; /* fewer than 2^64 are enough here */
    uint8_t block[BLAKE2B_BLOCK];
    size_t filled;
    size_t length;
};

void blake2b_start(struct blake2b *b, size_t length);
void blake2b_add(struct blake2b *b, const void *bytes, size_t length);
/* `length` bytes, as it was started with. */
void blake2b_finish(struct blake2b *b, uint8_t *hash);

#endif
