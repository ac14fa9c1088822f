/* node.c: files and directories in memory. */
#include "node.h"
#include "clock.h"
#include "errno.h"
#include "kspace.h"
#include "paging.h"
#include "slab.h"

static struct slab nodes = SLAB_INIT("runtime files", struct node, 8);
static struct node root = {.is_directory = true, .linked = true, .number = 1};
static uint64_t next_number = 2;

struct node *node_root(void)
{
    return &root;
}

static bool name_is(const struct node *n, const char *name, size_t size)
{
    return strlen(n->name) == size && memcmp(n->name, name, size) == 0;
}

static struct node *child(struct node *parent, const char *name, size_t size)
{
    if (size == 1 && name[0] == '.')
        return parent;
    if (size == 2 && name[0] == '.' && name[1] == '.')
        return parent->parent ? parent->parent : parent;
    for (struct node *n = parent->children; n; n = n->sibling)
        if (name_is(n, name, size))
            return n;
    return NULL;
}

long node_lookup(struct node *from, const char *path, struct lookup *result)
{
    *result = (struct lookup){.node = *path == '/' ? node_root() : from};
    if (*path == '\0')
        return -ENOENT;
    while (*path) {
        size_t size = 0;
        while (path[size] && path[size] != '/')
            size++;
        if (size > NODE_NAME_MAX)
            return -ENAMETOOLONG;
        if (size > 0) {
            result->parent = NULL;
            if (result->node == NULL)
                return -ENOENT;
            if (!result->node->is_directory)
                return -ENOTDIR;
            *result = (struct lookup){child(result->node, path, size), result->node, path, size};
        }
        path += size;
        while (*path == '/')
            path++;
    }
    return result->node ? 0 : -ENOENT;
}

static void link_child(struct node *parent, struct node *n)
{
    struct node **at = &parent->children;
    while (*at)
        at = &(*at)->sibling;
    *at = n;
    n->sibling = NULL;
    n->parent = parent;
    n->linked = true;
    parent->changed_ns = clock_wall_ns();
}

static void set_name(struct node *n, const char *name, size_t size)
{
    memcpy(n->name, name, size);
    n->name[size] = '\0';
}

struct node *node_create(struct node *parent, const char *name, size_t name_size, bool is_directory)
{
    struct node *n = slab_alloc(&nodes);
    if (n == NULL)
        return NULL;
    memset(n, 0, sizeof *n);
    n->number = next_number++;
    n->is_directory = is_directory;
    n->changed_ns = clock_wall_ns();
    set_name(n, name, name_size);
    link_child(parent, n);
    return n;
}

long node_reserve(struct node *n, uint64_t size)
{
    if (size <= n->capacity)
        return 0;
    if (n->mapped || n->foreign)
        return -EBUSY;
    uint64_t capacity = ALIGN_UP(MAX(size, 2 * n->capacity), PAGE_SIZE);
    uintptr_t data = kspace_alloc(capacity, PAGE_READ | PAGE_WRITE);
    if (data == 0)
        return -ENOMEM;
    if (n->capacity) {
        memcpy((char *)data, n->data, n->size);
        kspace_release((uintptr_t)n->data, n->capacity);
    }
    n->data = (char *)data;
    n->capacity = capacity;
    return 0;
}

long node_resize(struct node *n, uint64_t size)
{
    if (n->is_null)
        return 0;
    long error = n->foreign ? -EBUSY : node_reserve(n, size);
    if (error)
        return error;
    if (size < n->size)
        memset(n->data + size, 0, n->size - size);
    n->size = size;
    n->changed_ns = clock_wall_ns();
    return 0;
}

static void free_if_unused(struct node *n)
{
    if (n->linked || n->open > 0 || n->mapped > 0)
        return;
    if (n->capacity && !n->foreign)
        kspace_release((uintptr_t)n->data, n->capacity);
    slab_free(&nodes, n);
}

static void detach(struct node *n)
{
    struct node **at = &n->parent->children;
    while (*at != n)
        at = &(*at)->sibling;
    *at = n->sibling;
    n->parent->changed_ns = clock_wall_ns();
    n->linked = false;
}

long node_unlink(struct node *n)
{
    if (n == &root)
        return -EBUSY;
    detach(n);
    free_if_unused(n);
    return 0;
}

void node_release(struct node *n)
{
    n->open--;
    free_if_unused(n);
}

void node_unmapped(struct node *n)
{
    n->mapped--;
    free_if_unused(n);
}

static bool is_inside(const struct node *n, const struct node *ancestor)
{
    while (n && n != ancestor)
        n = n->parent;
    return n != NULL;
}

long node_rename(struct node *n, const struct lookup *to, bool exists)
{
    if (n == &root || is_inside(to->parent, n))
        return -EINVAL;
    if (exists && to->node == n)
        return 0;
    if (exists && to->node->is_directory != n->is_directory)
        return n->is_directory ? -ENOTDIR : -EISDIR;
    if (exists && to->node->children)
        return -ENOTEMPTY;
    struct node *parent = to->parent;
    if (exists)
        node_unlink(to->node);
    detach(n);
    set_name(n, to->name, to->name_size);
    link_child(parent, n);
    return 0;
}

long node_path(const struct node *n, char *buffer, size_t size)
{
    size_t length = n == &root ? 1 : 0;
    for (const struct node *p = n; p != &root; p = p->parent)
        length += 1 + strlen(p->name);
    if (length + 1 > size)
        return -ERANGE;
    char *at = buffer + length;
    *at = '\0';
    for (const struct node *p = n; p != &root; p = p->parent) {
        size_t part = strlen(p->name);
        at -= part;
        memcpy(at, p->name, part);
        *--at = '/';
    }
    if (n == &root)
        buffer[0] = '/';
    return (long)length + 1;
}
