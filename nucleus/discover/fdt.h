/* fdt.h: a flattened device tree as a tree of nodes, read in place.
 *
 * Nodes exist while a walk stands on them: a visitor sees the node and, through `parent`, its
 * ancestors. A malformed part ends the walk; what was visited before stands. No walk calls for time
 * beyond one pass over the bytes and, per node, one over its own properties. */
#ifndef DISCOVER_FDT_H
#define DISCOVER_FDT_H

#include "bytes.h"

struct fdt {
    struct bytes structure, strings;
    struct bytes reservations; /* pairs of 64-bit base and size, up to a pair of zeros */
};

struct fdt_node {
    const struct fdt *fdt;
    const struct fdt_node *parent;      /* NULL: this is the root */
    struct bytes name;                  /* with its unit address: "serial@10000000" */
    struct bytes properties;            /* the structure from its first property on */
    uint32_t address_cells, size_cells; /* of the `reg` of its children */
    uint32_t interrupt_parent;          /* phandle, its own or inherited; 0: none */
    bool has_ranges;                    /* a bus whose children's addresses can be translated */
    struct bytes ranges;                /* empty: they are the same as its own */
};

/* Returns 0, or -EINVAL when these are not the bytes of a device tree that we can read. */
int fdt_open(struct fdt *fdt, struct bytes whole);

/* Called for each node, parents first; returns false to end the walk. */
typedef bool fdt_visit_fn(const struct fdt_node *node, void *context);

void fdt_walk(const struct fdt *fdt, fdt_visit_fn *visit, void *context);

/* A property's value; false when the node has none of this name. */
bool fdt_property(const struct fdt_node *node, const char *name, struct bytes *value);

/* The first cell (32 bits) of a property, or `otherwise` when it has none. */
uint32_t fdt_cell(const struct fdt_node *node, const char *name, uint32_t otherwise);

/* The index of `text` in a list of strings, such as `compatible`; -1 when it is not there. */
int fdt_string_index(const struct fdt_node *node, const char *name, const char *text);
bool fdt_is_compatible(const struct fdt_node *node, const char *text);

/* Whether its `status` is absent or okay. */
bool fdt_is_enabled(const struct fdt_node *node);

/* Whether the node is the child "NAME" or "NAME@ADDRESS" of the root. */
bool fdt_is_top(const struct fdt_node *node, const char *name);

/* Whether this is the node with the path, whose components may leave out unit addresses. */
bool fdt_has_path(const struct fdt_node *node, struct bytes path);

/* A number of `cells` cells (at most the last two count) from the cell with this index. */
uint64_t fdt_number(struct bytes cells, size_t index, uint32_t count);

/* The entry with this index of `reg`, as the node itself states it. */
bool fdt_reg_untranslated(const struct fdt_node *node, unsigned index, uint64_t *base,
                          uint64_t *size);

/* The same, as a physical address: translated through the `ranges` of all ancestors. */
bool fdt_reg(const struct fdt_node *node, unsigned index, uint64_t *base, uint64_t *size);

#endif
