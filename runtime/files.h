/* files.h: between the files that answer calls about files: descriptors.c, file_data.c,
 * file_mappings.c, file_status.c and file_tree.c. The tree itself is node.h's.
 *
 * `files_lock` guards the tree, the descriptors and the files' contents. It may be held while
 * memory is committed. All that is declared here but files_locked is for who holds it. */
#ifndef RUNTIME_FILES_H
#define RUNTIME_FILES_H

#include "kcall.h"
#include "node.h"

enum descriptor_kind { CLOSED, CONSOLE, NODE };

struct descriptor {
    enum descriptor_kind kind;
    struct node *node;
    uint64_t position;
    int flags; /* O_* */
};

extern struct mutex files_lock;

/* Every call that touches the tree: takes the lock around `step`. */
long files_locked(long (*step)(const struct arguments *), const struct arguments *args);

/* NULL for a number that is not open. */
struct descriptor *file_descriptor(long fd);

/* The current directory. */
struct node *files_directory(void);

#endif
