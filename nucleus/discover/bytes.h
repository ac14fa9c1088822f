/* bytes.h: reading a run of bytes that came from outside. Every read is checked: what lies outside
 * of the run reads as zero, or as an empty run. The bytes need no alignment. */
#ifndef DISCOVER_BYTES_H
#define DISCOVER_BYTES_H

#include "base.h"

struct bytes {
    const uint8_t *data;
    size_t size;
};

static inline bool bytes_hold(struct bytes b, size_t at, size_t size)
{
    return at <= b.size && size <= b.size - at;
}

/* The run that starts at `at`, of at most `size` bytes. */
static inline struct bytes bytes_part(struct bytes b, size_t at, size_t size)
{
    if (at > b.size)
        return (struct bytes){b.data, 0};
    return (struct bytes){b.data + at, MIN(size, b.size - at)};
}

static inline struct bytes bytes_from(struct bytes b, size_t at)
{
    return bytes_part(b, at, SIZE_MAX);
}

static inline uint8_t bytes_u8(struct bytes b, size_t at)
{
    return bytes_hold(b, at, 1) ? b.data[at] : 0;
}

static inline uint64_t bytes_little_endian(struct bytes b, size_t at, size_t size)
{
    uint64_t value = 0;
    if (bytes_hold(b, at, size))
        while (size-- > 0)
            value = value << 8 | b.data[at + size];
    return value;
}

static inline uint16_t bytes_le16(struct bytes b, size_t at)
{
    return bytes_little_endian(b, at, 2);
}

static inline uint32_t bytes_le32(struct bytes b, size_t at)
{
    return bytes_little_endian(b, at, 4);
}

static inline uint64_t bytes_le64(struct bytes b, size_t at)
{
    return bytes_little_endian(b, at, 8);
}

static inline uint32_t bytes_be32(struct bytes b, size_t at)
{
    uint32_t value = 0;
    if (bytes_hold(b, at, 4))
        for (size_t i = 0; i < 4; i++)
            value = value << 8 | b.data[at + i];
    return value;
}

static inline uint64_t bytes_be64(struct bytes b, size_t at)
{
    return (uint64_t)bytes_be32(b, at) << 32 | bytes_be32(b, at + 4);
}

/* Whether the run starts with this text (its NUL not included). */
static inline bool bytes_start_with(struct bytes b, const char *text)
{
    size_t size = strlen(text);
    return size <= b.size && memcmp(b.data, text, size) == 0;
}

static inline bool bytes_equal(struct bytes b, const char *text)
{
    return b.size == strlen(text) && bytes_start_with(b, text);
}

/* The run up to, and without, the first `end`; all of it when there is none. */
static inline struct bytes bytes_until(struct bytes b, char end)
{
    size_t size = 0;
    while (size < b.size && b.data[size] != (uint8_t)end)
        size++;
    return (struct bytes){b.data, size};
}

#endif
