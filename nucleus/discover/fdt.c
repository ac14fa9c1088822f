/* fdt.c: the flattened device tree's bytes: header, tokens, properties, and the walk over its
 * nodes.
 *
 * Source: Devicetree Specification 0.4, chapter 5 (flattened format) and section 2.3 (properties).
 * Invariant: a position in the structure block only grows, by at least the four bytes of a token.
 */
#include "fdt.h"
#include "errno.h"

#define FDT_MAGIC   0xd00dfeed
#define FDT_VERSION 17 /* the one defined; we read any that says it is compatible with 17 */
#define DEPTH_MAX   16 /* deeper nodes are passed over */

enum { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };

int fdt_open(struct fdt *fdt, struct bytes whole)
{
    uint32_t size = bytes_be32(whole, 4);
    uint32_t structure = bytes_be32(whole, 8), structure_size = bytes_be32(whole, 36);
    uint32_t strings = bytes_be32(whole, 12), strings_size = bytes_be32(whole, 32);
    if (bytes_be32(whole, 0) != FDT_MAGIC || size < 40 || size > whole.size)
        return -EINVAL;
    if (bytes_be32(whole, 20) < FDT_VERSION || bytes_be32(whole, 24) > FDT_VERSION)
        return -EINVAL;
    whole.size = size;
    if (!bytes_hold(whole, structure, structure_size) || structure_size < 8 ||
        !bytes_hold(whole, strings, strings_size))
        return -EINVAL;
    fdt->structure = bytes_part(whole, structure, structure_size);
    fdt->strings = bytes_part(whole, strings, strings_size);
    fdt->reservations = bytes_from(whole, bytes_be32(whole, 16));
    return 0;
}

struct token {
    uint32_t kind;
    size_t size;        /* of all its bytes, with padding */
    struct bytes name;  /* of a node or property */
    struct bytes value; /* of a property */
};

/* The token at the start of the bytes; false when it is the end or is cut off. */
static bool read_token(const struct fdt *fdt, struct bytes b, struct token *token)
{
    *token = (struct token){.kind = bytes_be32(b, 0), .size = 4};
    switch (token->kind) {
    case BEGIN_NODE:
        token->name = bytes_until(bytes_from(b, 4), '\0');
        token->size += ALIGN_UP(token->name.size + 1, 4);
        break;
    case PROPERTY:
        token->value = bytes_part(b, 12, bytes_be32(b, 4));
        token->size += 8 + ALIGN_UP((size_t)bytes_be32(b, 4), 4);
        token->name = bytes_from(fdt->strings, bytes_be32(b, 8));
        break;
    case END_NODE:
    case NOP:
        break;
    default:
        return false;
    }
    return bytes_hold(b, 0, token->size);
}

/* A property's name runs on to the end of the strings block: finding its NUL here would cost more
 * than all names that are asked for. */
static bool is_named(const struct token *token, const char *name)
{
    size_t size = strlen(name) + 1;
    return token->name.size >= size && memcmp(token->name.data, name, size) == 0;
}

/* Finds the next property from the start of *b on, and moves *b past it. */
static bool next_property(const struct fdt *fdt, struct bytes *b, struct token *token)
{
    while (read_token(fdt, *b, token) && (token->kind == PROPERTY || token->kind == NOP)) {
        *b = bytes_from(*b, token->size);
        if (token->kind == PROPERTY)
            return true;
    }
    return false;
}

bool fdt_property(const struct fdt_node *node, const char *name, struct bytes *value)
{
    struct token token;
    struct bytes b = node->properties;
    while (next_property(node->fdt, &b, &token))
        if (is_named(&token, name)) {
            *value = token.value;
            return true;
        }
    return false;
}

/* The node that begins at `token`; notes what its descendants need of it. */
static void enter(struct fdt_node *node, const struct fdt *fdt, const struct fdt_node *parent,
                  const struct token *begin, struct bytes properties)
{
    *node = (struct fdt_node){
        .fdt = fdt,
        .parent = parent,
        .name = begin->name,
        .properties = properties,
        .address_cells = 2,
        .size_cells = 1,
        .interrupt_parent = parent ? parent->interrupt_parent : 0,
    };
    struct token token;
    while (next_property(fdt, &properties, &token)) {
        if (is_named(&token, "#address-cells"))
            node->address_cells = bytes_be32(token.value, 0);
        else if (is_named(&token, "#size-cells"))
            node->size_cells = bytes_be32(token.value, 0);
        else if (is_named(&token, "interrupt-parent"))
            node->interrupt_parent = bytes_be32(token.value, 0);
        else if (is_named(&token, "ranges")) {
            node->has_ranges = true;
            node->ranges = token.value;
        }
    }
}

void fdt_walk(const struct fdt *fdt, fdt_visit_fn *visit, void *context)
{
    struct fdt_node path[DEPTH_MAX];
    struct bytes b = fdt->structure;
    struct token token;
    for (size_t depth = 0; read_token(fdt, b, &token);) {
        b = bytes_from(b, token.size);
        if (token.kind == BEGIN_NODE) {
            if (depth < DEPTH_MAX) {
                struct fdt_node *node = &path[depth];
                enter(node, fdt, depth ? node - 1 : NULL, &token, b);
                if (!visit(node, context))
                    return;
            }
            depth++;
        } else if (token.kind == END_NODE) {
            if (depth <= 1)
                return;
            depth--;
        }
    }
}

uint32_t fdt_cell(const struct fdt_node *node, const char *name, uint32_t otherwise)
{
    struct bytes value;
    return fdt_property(node, name, &value) && value.size >= 4 ? bytes_be32(value, 0) : otherwise;
}

int fdt_string_index(const struct fdt_node *node, const char *name, const char *text)
{
    struct bytes list;
    if (!fdt_property(node, name, &list))
        return -1;
    for (int index = 0; list.size > 0; index++) {
        struct bytes string = bytes_until(list, '\0');
        if (bytes_equal(string, text))
            return index;
        list = bytes_from(list, string.size + 1);
    }
    return -1;
}

bool fdt_is_compatible(const struct fdt_node *node, const char *text)
{
    return fdt_string_index(node, "compatible", text) >= 0;
}

bool fdt_is_enabled(const struct fdt_node *node)
{
    struct bytes status;
    return !fdt_property(node, "status", &status) ||
           fdt_string_index(node, "status", "okay") == 0 ||
           fdt_string_index(node, "status", "ok") == 0;
}

/* Whether the node's name is the component, or is it with a unit address. */
static bool has_name(const struct fdt_node *node, struct bytes component)
{
    size_t size = component.size;
    return size <= node->name.size && memcmp(node->name.data, component.data, size) == 0 &&
           (size == node->name.size || node->name.data[size] == '@');
}

bool fdt_is_top(const struct fdt_node *node, const char *name)
{
    struct bytes component = {(const uint8_t *)name, strlen(name)};
    return node->parent && !node->parent->parent && has_name(node, component);
}

bool fdt_has_path(const struct fdt_node *node, struct bytes path)
{
    for (; node->parent; node = node->parent) {
        size_t start = path.size;
        while (start > 0 && path.data[start - 1] != '/')
            start--;
        if (start == 0 || start == path.size || !has_name(node, bytes_from(path, start)))
            return false;
        path.size = start - 1;
    }
    return path.size == 0;
}

uint64_t fdt_number(struct bytes cells, size_t index, uint32_t count)
{
    uint64_t number = 0;
    for (uint32_t i = count > 2 ? count - 2 : 0; i < count; i++)
        number = number << 32 | bytes_be32(cells, (index + i) * 4);
    return number;
}
