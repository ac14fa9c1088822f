/*
 * Strings and bytes. Copies go by aligned words: with the MMU off every access on aarch64 is to
 * device memory, where an unaligned one faults (Arm ARM, B2.8 and D5: device memory).
 */
#include "core/string.h"

#include <stdint.h>

static bool words_aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & 7) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t nr_bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (words_aligned(to, from)) {
        for (; nr_bytes >= 8; nr_bytes -= 8, t += 8, f += 8)
            *(uint64_t *)(void *)t = *(const uint64_t *)(const void *)f;
    }
    while (nr_bytes--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t nr_bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((uintptr_t)t - (uintptr_t)f >= nr_bytes)
        return memcpy(to, from, nr_bytes);
    while (nr_bytes--)
        t[nr_bytes] = f[nr_bytes];
    return to;
}

void *memset(void *to, int byte, size_t nr_bytes)
{
    uint8_t *t = to;
    uint64_t word = 0x0101010101010101ULL * (uint8_t)byte;
    if (words_aligned(to, to)) {
        for (; nr_bytes >= 8; nr_bytes -= 8, t += 8)
            *(uint64_t *)(void *)t = word;
    }
    while (nr_bytes--)
        *t++ = (uint8_t)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t nr_bytes)
{
    const uint8_t *p = a, *q = b;
    for (; nr_bytes; nr_bytes--, p++, q++) {
        if (*p != *q)
            return *p < *q ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char *string)
{
    size_t n = 0;
    while (string[n])
        n++;
    return n;
}

size_t strnlen(const char *string, size_t max)
{
    size_t n = 0;
    while (n < max && string[n])
        n++;
    return n;
}

bool string_equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

bool string_starts(const char *string, const char *prefix)
{
    while (*prefix && *prefix == *string)
        prefix++, string++;
    return *prefix == 0;
}
