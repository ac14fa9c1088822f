/* file_mappings.c: files' bytes as memory: a mapping shows them where they are. */
#include "files.h"

static struct node *mappings[16];
static _Atomic unsigned nr_mappings; /* read without the lock: is there any at all? */

static struct node **mapping_slot(const struct node *n)
{
    for (unsigned i = 0; i < ARRAY_LEN(mappings); i++)
        if (mappings[i] == n)
            return &mappings[i];
    return NULL;
}

uintptr_t file_map(long fd, uint64_t size)
{
    mutex_lock(&files_lock);
    struct descriptor *d = file_descriptor(fd);
    struct node **slot = mapping_slot(NULL);
    bool ok =
        slot && d && d->kind == NODE && !d->node->is_directory && node_reserve(d->node, size) == 0;
    uintptr_t at = ok ? (uintptr_t)d->node->data : 0;
    if (ok) {
        *slot = d->node;
        d->node->mapped++;
        nr_mappings++;
    }
    mutex_unlock(&files_lock);
    return at;
}

static bool is_mapped_at(uintptr_t at, struct node ***slot)
{
    for (unsigned i = 0; i < ARRAY_LEN(mappings); i++) {
        *slot = &mappings[i];
        if (mappings[i] && (uintptr_t)mappings[i]->data == at)
            return true;
    }
    return false;
}

bool file_unmap(uintptr_t at)
{
    struct node **slot;
    if (nr_mappings == 0)
        return false;
    mutex_lock(&files_lock);
    bool found = is_mapped_at(at, &slot);
    if (found) {
        struct node *n = *slot;
        *slot = NULL;
        nr_mappings--;
        node_unmapped(n);
    }
    mutex_unlock(&files_lock);
    return found;
}
