/* Device trees for tests, written token by token. */
#ifndef TESTS_HOST_BOOT_TREE_BUILDER_H
#define TESTS_HOST_BOOT_TREE_BUILDER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct tree_builder {
    uint8_t structure[8192], strings[1024], reserved[256];
    size_t structure_size, strings_size, reserved_size;
};

static inline void put_u32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void put_u64(uint8_t *to, uint64_t value)
{
    put_u32(to, (uint32_t)(value >> 32));
    put_u32(to + 4, (uint32_t)value);
}

static inline void tree_token(struct tree_builder *tree, uint32_t token)
{
    put_u32(tree->structure + tree->structure_size, token);
    tree->structure_size += 4;
}

static inline void tree_bytes(struct tree_builder *tree, const void *bytes, size_t size)
{
    memset(tree->structure + tree->structure_size, 0, (size + 3) & ~(size_t)3);
    memcpy(tree->structure + tree->structure_size, bytes, size);
    tree->structure_size += (size + 3) & ~(size_t)3;
}

static inline void tree_begin(struct tree_builder *tree, const char *name)
{
    tree_token(tree, 1);
    tree_bytes(tree, name, strlen(name) + 1);
}

static inline void tree_end(struct tree_builder *tree)
{
    tree_token(tree, 2);
}

static inline void tree_raw(struct tree_builder *tree, const char *name, const void *value,
                            size_t size)
{
    tree_token(tree, 3);
    tree_token(tree, (uint32_t)size);
    tree_token(tree, (uint32_t)tree->strings_size);
    tree_bytes(tree, value, size);
    memcpy(tree->strings + tree->strings_size, name, strlen(name) + 1);
    tree->strings_size += strlen(name) + 1;
}

static inline void tree_text(struct tree_builder *tree, const char *name, const char *value)
{
    tree_raw(tree, name, value, strlen(value) + 1);
}

static inline void tree_cells(struct tree_builder *tree, const char *name, size_t count,
                              const uint32_t *cells)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < count; i++)
        put_u32(bytes + 4 * i, cells[i]);
    tree_raw(tree, name, bytes, 4 * count);
}

#define CELLS(tree, name, ...)                                                                     \
    tree_cells(tree, name, sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__})

static inline void tree_reserve(struct tree_builder *tree, uint64_t base, uint64_t size)
{
    put_u64(tree->reserved + tree->reserved_size, base);
    put_u64(tree->reserved + tree->reserved_size + 8, size);
    tree->reserved_size += 16;
}

/* Ends the tree and returns the blob, a heap object of exactly its size. */
static inline uint8_t *tree_finish(struct tree_builder *tree, size_t *size)
{
    uint32_t reserved = 40, structure, strings;
    tree_token(tree, 9);
    tree_reserve(tree, 0, 0);
    structure = reserved + (uint32_t)tree->reserved_size;
    strings = structure + (uint32_t)tree->structure_size;
    *size = strings + tree->strings_size;
    uint8_t *blob = malloc(*size);
    const uint32_t header[10] = {0xd00dfeed,
                                 (uint32_t)*size,
                                 structure,
                                 strings,
                                 reserved,
                                 17,
                                 16,
                                 0,
                                 (uint32_t)tree->strings_size,
                                 (uint32_t)tree->structure_size};
    for (unsigned i = 0; i < 10; i++)
        put_u32(blob + 4 * i, header[i]);
    memcpy(blob + reserved, tree->reserved, tree->reserved_size);
    memcpy(blob + structure, tree->structure, tree->structure_size);
    memcpy(blob + strings, tree->strings, tree->strings_size);
    return blob;
}

#endif
