/*
 * Reading a flattened device tree (Devicetree Specification v0.4, chapter 5), version 16 or 17.
 *
 * Total on hostile bytes: every offset is compared with the blob's size before it is used, names
 * must end inside their block, and no walk goes on after damage: it ends as if the tree did.
 */
#ifndef BOOT_FDT_H
#define BOOT_FDT_H

#include "core/base.h"
#include "core/format.h"

struct fdt {
    const uint8_t *blob;
    uint32_t size; /* of the whole blob, bytes */
    uint32_t struct_offset, struct_size;
    uint32_t strings_offset, strings_size;
    uint32_t reserve_offset;
};

/* A node: where its properties begin in the structure block, and how deep it is (root: 0). */
struct fdt_node {
    const char *name; /* with the unit address; "" for the root */
    uint32_t properties;
    int depth;
};

struct fdt_property {
    const uint8_t *data;
    uint32_t size;
};

/* Size of the blob at this address as its header says, or 0 when there is no device tree. */
uint32_t fdt_blob_size(const void *blob);

/* Checks the header of a blob of at most `size` bytes. Returns 0, or -1 with what is wrong. */
int fdt_open(struct fdt *fdt, const void *blob, uint64_t size, struct error *error);

/* The first node, then each next one in the tree's order. False at the end. */
bool fdt_root(const struct fdt *fdt, struct fdt_node *node);
bool fdt_next(const struct fdt *fdt, struct fdt_node *node);

/* Finds a property of the node. */
bool fdt_property(const struct fdt *fdt, const struct fdt_node *node, const char *name,
                  struct fdt_property *property);

/* The nr-th entry of the memory reservation block; false behind the last one. */
bool fdt_reservation(const struct fdt *fdt, unsigned nr, uint64_t *base, uint64_t *size);

/* Big-endian reading. fdt_number() takes 1 or 2 cells at a byte offset; 0 when they don't fit. */
uint32_t fdt_u32(const uint8_t *bytes);
uint64_t fdt_number(const struct fdt_property *property, uint32_t offset, unsigned cells);

/* Whether one of the strings in the property is this one. */
bool fdt_has_string(const struct fdt_property *property, const char *string);

/* The property as a string, or NULL when it is not terminated. */
const char *fdt_string(const struct fdt_property *property);

#endif
