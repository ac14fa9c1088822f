/* The token walk. Tokens and property values are 4-byte aligned within the structure block. */
#include "fdt/fdt.h"
#include "core/string.h"

#define MAGIC      0xd00dfeedU
#define BEGIN_NODE 1U
#define END_NODE   2U
#define PROPERTY   3U
#define NOP        4U

#define HEADER_SIZE 40 /* of version 17 */

uint32_t fdt_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint32_t fdt_blob_size(const void *blob)
{
    const uint8_t *bytes = blob;
    return bytes && fdt_u32(bytes) == MAGIC ? fdt_u32(bytes + 4) : 0;
}

static bool is_inside(uint32_t offset, uint32_t length, uint32_t size)
{
    return offset <= size && length <= size - offset;
}

int fdt_open(struct fdt *fdt, const void *blob, uint64_t size, struct error *error)
{
    const uint8_t *bytes = blob;
    if (size < HEADER_SIZE || fdt_u32(bytes) != MAGIC)
        return error_set(error, "device tree: no header");
    *fdt = (struct fdt){.blob = bytes,
                        .size = fdt_u32(bytes + 4),
                        .struct_offset = fdt_u32(bytes + 8),
                        .strings_offset = fdt_u32(bytes + 12),
                        .reserve_offset = fdt_u32(bytes + 16),
                        .strings_size = fdt_u32(bytes + 32)};
    uint32_t version = fdt_u32(bytes + 20), compatible = fdt_u32(bytes + 24);
    if (fdt->size < HEADER_SIZE || fdt->size > size)
        return error_set(error, "device tree: its size %u is not that of the blob (%lu)", fdt->size,
                         (unsigned long)size);
    if (version < 16 || compatible > 17)
        return error_set(error, "device tree: version %u (compatible with %u) is unknown", version,
                         compatible);
    /* Version 16 has no size of the structure block: it may reach to the blob's end. */
    fdt->struct_size =
        version >= 17 ? fdt_u32(bytes + 36) : fdt->size - min_u64(fdt->size, fdt->struct_offset);
    if ((fdt->struct_offset & 3) || !is_inside(fdt->struct_offset, fdt->struct_size, fdt->size) ||
        !is_inside(fdt->strings_offset, fdt->strings_size, fdt->size) ||
        !is_inside(fdt->reserve_offset, 16, fdt->size))
        return error_set(error, "device tree: a block reaches past its end");
    return 0;
}

struct token {
    uint32_t kind;
    const char *name; /* of a node or a property */
    struct fdt_property value;
};

/* A string that ends before `limit`, or NULL. */
static const char *bounded_string(const uint8_t *at, uint32_t limit)
{
    return strnlen((const char *)at, limit) < limit ? (const char *)at : NULL;
}

/* Reads the token at *offset and moves behind it. False at the end of the tree and at damage. */
static bool token_read(const struct fdt *fdt, uint32_t *offset, struct token *token)
{
    const uint8_t *block = fdt->blob + fdt->struct_offset;
    uint32_t at = *offset, left;
    do {
        if (!is_inside(at, 4, fdt->struct_size))
            return false;
        token->kind = fdt_u32(block + at);
        at += 4;
    } while (token->kind == NOP);
    left = fdt->struct_size - at;
    if (token->kind == BEGIN_NODE) {
        token->name = bounded_string(block + at, left);
        if (!token->name)
            return false;
        at += (uint32_t)ROUND_UP(strlen(token->name) + 1, 4);
    } else if (token->kind == PROPERTY) {
        if (left < 8)
            return false;
        uint32_t size = fdt_u32(block + at), name = fdt_u32(block + at + 4);
        if (size > left - 8 || name >= fdt->strings_size)
            return false;
        token->name =
            bounded_string(fdt->blob + fdt->strings_offset + name, fdt->strings_size - name);
        token->value = (struct fdt_property){block + at + 8, size};
        if (!token->name)
            return false;
        at += 8 + (uint32_t)min_u64(ROUND_UP((uint64_t)size, 4), left - 8);
    } else if (token->kind != END_NODE) {
        return false;
    }
    *offset = at;
    return true;
}

static bool walk(const struct fdt *fdt, struct fdt_node *node, uint32_t offset, int depth)
{
    struct token token;
    while (token_read(fdt, &offset, &token)) {
        if (token.kind == BEGIN_NODE) {
            *node = (struct fdt_node){token.name, offset, depth + 1};
            return true;
        }
        if (token.kind == END_NODE && --depth < 0)
            return false;
    }
    return false;
}

bool fdt_root(const struct fdt *fdt, struct fdt_node *node)
{
    return walk(fdt, node, 0, -1);
}

bool fdt_next(const struct fdt *fdt, struct fdt_node *node)
{
    return walk(fdt, node, node->properties, node->depth);
}

bool fdt_property(const struct fdt *fdt, const struct fdt_node *node, const char *name,
                  struct fdt_property *property)
{
    struct token token;
    uint32_t offset = node->properties;
    while (token_read(fdt, &offset, &token) && token.kind == PROPERTY) {
        if (string_equal(token.name, name)) {
            *property = token.value;
            return true;
        }
    }
    return false;
}

bool fdt_reservation(const struct fdt *fdt, unsigned nr, uint64_t *base, uint64_t *size)
{
    uint64_t offset = fdt->reserve_offset + 16ULL * nr;
    if (offset + 16 > fdt->size)
        return false;
    struct fdt_property entry = {fdt->blob + offset, 16};
    *base = fdt_number(&entry, 0, 2);
    *size = fdt_number(&entry, 8, 2);
    return *base != 0 || *size != 0;
}

uint64_t fdt_number(const struct fdt_property *property, uint32_t offset, unsigned cells)
{
    uint64_t value = 0;
    if (cells > 2 || !is_inside(offset, 4 * cells, property->size))
        return 0;
    for (unsigned i = 0; i < cells; i++)
        value = value << 32 | fdt_u32(property->data + offset + 4 * i);
    return value;
}

bool fdt_has_string(const struct fdt_property *property, const char *string)
{
    uint32_t at = 0;
    while (at < property->size) {
        const char *item = bounded_string(property->data + at, property->size - at);
        if (!item)
            return false;
        if (string_equal(item, string))
            return true;
        at += (uint32_t)strlen(item) + 1;
    }
    return false;
}

const char *fdt_string(const struct fdt_property *property)
{
    return property->size ? bounded_string(property->data, property->size) : NULL;
}
