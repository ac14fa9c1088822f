/* dwarf_cursor.h: reads DWARF's bytes in order. What goes beyond the end reads as zero and is
 * remembered in `failed`, which the reader looks at when it is done: no read needs a check of its
 * own.
 *
 * Source: DWARF 5, section 7.6 (variable length data). Our three architectures are little-endian.
 */
#ifndef NUCLEUS_DWARF_CURSOR_H
#define NUCLEUS_DWARF_CURSOR_H

#include "base.h"

struct cursor {
    const uint8_t *at, *end;
    bool failed;
};

static inline struct cursor cursor_of(const uint8_t *at, const uint8_t *end)
{
    return (struct cursor){at, end, false};
}

static inline bool cursor_has(const struct cursor *c)
{
    return !c->failed && c->at < c->end;
}

static inline void cursor_skip(struct cursor *c, uint64_t size)
{
    if (c->failed || size > (uint64_t)(c->end - c->at))
        c->failed = true;
    else
        c->at += size;
}

static inline uint64_t cursor_unsigned(struct cursor *c, unsigned size)
{
    const uint8_t *from = c->at;
    uint64_t value = 0;
    cursor_skip(c, size);
    if (!c->failed)
        while (size-- > 0)
            value = value << 8 | from[size];
    return value;
}

static inline int64_t cursor_signed(struct cursor *c, unsigned size)
{
    unsigned unused = 64 - 8 * size;
    return (int64_t)(cursor_unsigned(c, size) << unused) >> unused;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
    return cursor_unsigned(c, 1);
}

/* LEB128; bits beyond the 64th are dropped. Returns the value, not extended, and its width in bits.
 */
static inline uint64_t cursor_leb(struct cursor *c, unsigned *width)
{
    uint64_t value = 0;
    uint8_t byte;
    *width = 0;
    do {
        byte = cursor_u8(c);
        if (*width < 64)
            value |= (uint64_t)(byte & 0x7f) << *width;
        *width += 7;
    } while ((byte & 0x80) && !c->failed);
    return value;
}

static inline uint64_t cursor_uleb(struct cursor *c)
{
    unsigned width;
    return cursor_leb(c, &width);
}

static inline int64_t cursor_sleb(struct cursor *c)
{
    unsigned width;
    uint64_t value = cursor_leb(c, &width);
    if (width < 64 && (value >> (width - 1) & 1))
        value |= ~0ull << width;
    return (int64_t)value;
}

/* A block: its length, then its bytes, which are passed over here and can be read from what is
 * returned. */
static inline struct cursor cursor_block(struct cursor *c)
{
    uint64_t size = cursor_uleb(c);
    const uint8_t *at = c->at;
    cursor_skip(c, size);
    return c->failed ? (struct cursor){at, at, true} : cursor_of(at, at + size);
}

#endif
