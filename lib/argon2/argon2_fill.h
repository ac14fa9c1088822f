/* Argon2id, version 0x13. Source: RFC 9106. Freestanding: who calls brings the memory. Lanes are
 * filled one after the other. */
#ifndef ARGON2_FILL_H
#define ARGON2_FILL_H

#include <stddef.h>
#include <stdint.h>

enum { ARGON2_WORDS = 128 };

struct argon2_block { /* 1 KiB */
    uint64_t word[ARGON2_WORDS];
};

struct argon2_bytes {
    const void *at;
    size_t length; /* below 2^32 */
};

struct argon2_input {
    struct argon2_bytes password, salt, secret, associated;
    uint32_t blocks; /* at least 8 for each lane */
    uint32_t passes, lanes;
};

/* Fills `key`; `memory` has input->blocks of them, and is zeroed at the end. */
void argon2id(const struct argon2_input *input, struct argon2_block *memory, uint8_t *key,
              size_t key_length);

/* The compression function G: next = G(a, b), or next ^= G(a, b). RFC 9106, 3.5. */
void argon2_mix(struct argon2_block *next, const struct argon2_block *a,
                const struct argon2_block *b, int add);

#endif
