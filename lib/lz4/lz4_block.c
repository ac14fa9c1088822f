/* A block is a row of sequences: literals that are copied, then a match, bytes that stand up to 64
 * KiB before. The last sequence has literals alone. The compressor is greedy: it takes the first
 * match it finds. */
#include "lz4_block.h"

enum {
    MATCH_MIN = 4,
    OFFSET_MAX = 65535,
    LAST_BYTES = 5,  /* the block's last so many are literals */
    LAST_MATCH = 12, /* no match begins among the last so many */
    LENGTH_ESCAPE = 15,
};

static uint32_t word_at(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void copy(uint8_t *to, const uint8_t *from, size_t length)
{
    __builtin_memcpy(to, from, length);
}

/* ---- compression ---- */

struct output {
    uint8_t *at, *end;
};

/* Lengths that a token's four bits don't hold go on in bytes of 255 and a smaller last one. */
static void put_length(struct output *out, size_t length)
{
    for (length -= LENGTH_ESCAPE; length >= 255; length -= 255)
        *out->at++ = 255;
    *out->at++ = (uint8_t)length;
}

/* A sequence; `match` 0 for the last one. False when there is no room. */
static int put_sequence(struct output *out, const uint8_t *literals, size_t count, size_t offset,
                        size_t match)
{
    size_t most = 1 + count / 255 + 1 + count + 2 + match / 255 + 1;
    if ((size_t)(out->end - out->at) < most)
        return 0;
    size_t extra = match ? match - MATCH_MIN : 0;
    *out->at++ = (uint8_t)((count < LENGTH_ESCAPE ? count : LENGTH_ESCAPE) << 4 |
                           (extra < LENGTH_ESCAPE ? extra : LENGTH_ESCAPE));
    if (count >= LENGTH_ESCAPE)
        put_length(out, count);
    copy(out->at, literals, count);
    out->at += count;
    if (!match)
        return 1;
    *out->at++ = (uint8_t)offset;
    *out->at++ = (uint8_t)(offset >> 8);
    if (extra >= LENGTH_ESCAPE)
        put_length(out, extra);
    return 1;
}

static size_t match_length(const uint8_t *a, const uint8_t *b, const uint8_t *a_end)
{
    const uint8_t *start = a;
    while (a < a_end && *a == *b)
        a++, b++;
    return (size_t)(a - start);
}

size_t lz4_compress(const uint8_t *from, size_t length, uint8_t *to, size_t room, uint32_t *table)
{
    struct output out = {to, to + room};
    const uint8_t *literals = from;
    /* Where a match may begin last, and where it ends at the latest. */
    const uint8_t *last = length > LAST_MATCH ? from + length - LAST_MATCH : from;
    const uint8_t *match_end = length > LAST_BYTES ? from + length - LAST_BYTES : from;
    size_t misses = 0;

    for (size_t i = 0; i < LZ4_TABLE_ENTRIES; i++)
        table[i] = 0;
    for (const uint8_t *at = from; at < last;) {
        uint32_t word = word_at(at), slot = word * 2654435761u >> 20;
        const uint8_t *before = from + table[slot];
        table[slot] = (uint32_t)(at - from);
        if (before >= at || at - before > OFFSET_MAX || word_at(before) != word) {
            at += 1 + (misses++ >> 6);
            continue;
        }
        while (at > literals && before > from && at[-1] == before[-1])
            at--, before--;
        size_t match = match_length(at, before, match_end);
        if (!put_sequence(&out, literals, (size_t)(at - literals), (size_t)(at - before), match))
            return 0;
        literals = at += match;
        misses = 0;
    }
    if (!put_sequence(&out, literals, (size_t)(from + length - literals), 0, 0))
        return 0;
    return (size_t)(out.at - to);
}

/* ---- decompression ---- */

struct input {
    const uint8_t *at, *end;
};

/* Bounded by `most`, so that it cannot overflow. False when the block ends within it. */
static int get_length(struct input *in, size_t *length, size_t most)
{
    if (*length < LENGTH_ESCAPE)
        return 1;
    uint8_t byte;
    do {
        if (in->at == in->end || *length > most)
            return 0;
        byte = *in->at++;
        *length += byte;
    } while (byte == 255);
    return 1;
}

/* Byte by byte: a match may overlap what it makes. */
static void repeat(uint8_t *to, size_t offset, size_t length)
{
    if (offset >= length)
        copy(to, to - offset, length);
    else
        for (size_t i = 0; i < length; i++)
            to[i] = to[i - offset];
}

long lz4_decompress(const uint8_t *from, size_t length, uint8_t *to, size_t room)
{
    struct input in = {from, from + length};
    size_t made = 0;
    while (in.at < in.end) {
        uint8_t token = *in.at++;
        size_t literals = token >> 4, match = token & 15;
        if (!get_length(&in, &literals, room) || literals > (size_t)(in.end - in.at) ||
            literals > room - made)
            return -1;
        copy(to + made, in.at, literals);
        made += literals;
        in.at += literals;
        if (in.at == in.end)
            return (long)made;
        if (in.end - in.at < 2)
            return -1;
        size_t offset = in.at[0] | (size_t)in.at[1] << 8;
        in.at += 2;
        if (!get_length(&in, &match, room) || offset == 0 || offset > made ||
            match + MATCH_MIN > room - made)
            return -1;
        repeat(to + made, offset, match + MATCH_MIN);
        made += match + MATCH_MIN;
    }
    return -1;
}
