/* bytes.h: bytes as the tests write them down, in hexadecimal. */
#ifndef TESTS_HOST_CRYPTO_BYTES_H
#define TESTS_HOST_CRYPTO_BYTES_H

#include "../check.h"

static inline void bytes_of(uint8_t *bytes, const char *hex)
{
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        *bytes++ = (uint8_t)byte;
}

#define CHECK_BYTES(got, hex)                                                                      \
    do {                                                                                           \
        uint8_t expected_[64];                                                                     \
        bytes_of(expected_, hex);                                                                  \
        CHECK(memcmp(got, expected_, strlen(hex) / 2) == 0);                                       \
    } while (0)

static inline void random_bytes(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)check_random();
}

#endif
