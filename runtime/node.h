/* node.h: the tree of files in memory behind files.h. Callers hold its lock. */
#ifndef RUNTIME_NODE_H
#define RUNTIME_NODE_H

#include "base.h"

#define NODE_NAME_MAX 255

struct node {
    struct node *parent, *children, *sibling;
    uint64_t number;
    bool is_directory, linked;
    bool is_null;          /* reads as empty, takes everything: /dev/null */
    bool foreign;          /* the data are the loader's: never moved, written or freed */
    unsigned open, mapped; /* descriptors and mappings: freed when unlinked and without either */
    uint64_t size, capacity, changed_ns;
    char *data;            /* in kspace: zero from size to capacity; stays in place while mapped */
    char name[NODE_NAME_MAX + 1];
};

struct lookup {
    struct node *node;   /* NULL when only the last name is missing */
    struct node *parent; /* NULL when the path leads nowhere */
    const char *name;    /* the last name, not 0-terminated */
    size_t name_size;
};

struct node *node_root(void);

/* Follows a path from `from`, or from the root. 0, -ENOENT, -ENOTDIR or -ENAMETOOLONG. */
long node_lookup(struct node *from, const char *path, struct lookup *result);

struct node *node_create(struct node *parent, const char *name, size_t name_size,
                         bool is_directory);

/* Sets a file's size; what is new reads as zero. 0, -ENOMEM, or -EBUSY when it is mapped and would
 * move. */
long node_resize(struct node *n, uint64_t size);
/* Makes room for `size` bytes without changing the size. */
long node_reserve(struct node *n, uint64_t size);

long node_unlink(struct node *n);
void node_release(struct node *n);  /* one descriptor less */
void node_unmapped(struct node *n); /* one mapping less */
long node_rename(struct node *n, const struct lookup *to, bool exists);

/* The absolute path; its size with the 0, or -ERANGE. */
long node_path(const struct node *n, char *buffer, size_t size);

#endif
