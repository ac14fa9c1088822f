/* tree.h: writes flattened device trees, for tests. */
#ifndef TESTS_HOST_NUCLEUS_TREE_H
#define TESTS_HOST_NUCLEUS_TREE_H

#include "hosted.h"

#define TREE_MAX 16384

struct tree {
    uint8_t structure[TREE_MAX], blob[3 * TREE_MAX];
    size_t size, strings_size, nr_reservations;
    char strings[TREE_MAX];
    uint64_t reservation[2 * 101];
};

static inline void put_be32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = value >> (24 - 8 * i);
}

static inline void tree_cell(struct tree *t, uint32_t value)
{
    CHECK(t->size + 4 <= TREE_MAX);
    put_be32(t->structure + t->size, value);
    t->size += 4;
}

static inline void tree_bytes(struct tree *t, const void *bytes, size_t size)
{
    CHECK(t->size + size + 3 <= TREE_MAX);
    if (size)
        memcpy(t->structure + t->size, bytes, size);
    t->size += size;
    while (t->size % 4)
        t->structure[t->size++] = 0;
}

static inline void node(struct tree *t, const char *name)
{
    tree_cell(t, 1);
    tree_bytes(t, name, strlen(name) + 1);
}

static inline void end(struct tree *t)
{
    tree_cell(t, 2);
}

static inline size_t tree_name(struct tree *t, const char *name)
{
    for (size_t at = 0; at < t->strings_size; at += strlen(t->strings + at) + 1)
        if (strcmp(t->strings + at, name) == 0)
            return at;
    size_t at = t->strings_size;
    CHECK(at + strlen(name) + 1 <= TREE_MAX);
    strcpy(t->strings + at, name);
    t->strings_size += strlen(name) + 1;
    return at;
}

static inline void raw(struct tree *t, const char *name, const void *bytes, size_t size)
{
    tree_cell(t, 3);
    tree_cell(t, size);
    tree_cell(t, tree_name(t, name));
    tree_bytes(t, bytes, size);
}

/* A property that is one string, or several with "\0" between them. */
#define TEXT(t, name, string) raw(t, name, string, sizeof string)
#define EMPTY(t, name)        raw(t, name, NULL, 0)

/* A property of 32-bit cells. */
#define CELLS(t, name, ...)                                                                        \
    do {                                                                                           \
        const uint32_t cells_[] = {__VA_ARGS__};                                                   \
        uint8_t bytes_[sizeof cells_];                                                             \
        for (unsigned i_ = 0; i_ < ARRAY_LEN(cells_); i_++)                                        \
            put_be32(bytes_ + 4 * i_, cells_[i_]);                                                 \
        raw(t, name, bytes_, sizeof bytes_);                                                       \
    } while (0)

static inline void reserve(struct tree *t, uint64_t base, uint64_t size)
{
    t->reservation[2 * t->nr_reservations] = base;
    t->reservation[2 * t->nr_reservations++ + 1] = size;
}

/* The finished blob; returns its size. */
static inline size_t tree_finish(struct tree *t)
{
    size_t reservations = 40, structure = reservations + 16 * (t->nr_reservations + 1);
    tree_cell(t, 9);
    size_t strings = structure + t->size, total = strings + t->strings_size;
    const uint32_t header[] = {0xd00dfeed, total, structure, strings,         reservations,
                               17,         16,    0,         t->strings_size, t->size};
    for (unsigned i = 0; i < ARRAY_LEN(header); i++)
        put_be32(t->blob + 4 * i, header[i]);
    for (size_t i = 0; i < 2 * (t->nr_reservations + 1); i++) {
        put_be32(t->blob + reservations + 8 * i, t->reservation[i] >> 32);
        put_be32(t->blob + reservations + 8 * i + 4, t->reservation[i]);
    }
    memcpy(t->blob + structure, t->structure, t->size);
    memcpy(t->blob + strings, t->strings, t->strings_size);
    return total;
}

#endif
