/* file_tree.c: names: making, removing and listing them, and the current directory. */
#include <dirent.h>
#include <fcntl.h>
#include "errno.h"
#include "files.h"

static struct node *directory; /* the current one; NULL: the root */

struct node *files_directory(void)
{
    return directory ? directory : node_root();
}

static long step_unlinkat(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(files_directory(), (const char *)args->b, &at);
    if (error)
        return error;
    if (args->c & AT_REMOVEDIR)
        return !at.node->is_directory ? -ENOTDIR
               : at.node->children    ? -ENOTEMPTY
                                      : node_unlink(at.node);
    return at.node->is_directory ? -EISDIR : node_unlink(at.node);
}

long call_unlinkat(const struct arguments *args)
{
    return files_locked(step_unlinkat, args);
}

long call_unlink(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a};
    return call_unlinkat(&at);
}

long call_rmdir(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, AT_REMOVEDIR};
    return call_unlinkat(&at);
}

static long step_mkdirat(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(files_directory(), (const char *)args->b, &at);
    if (!error)
        return -EEXIST;
    if (error != -ENOENT || at.parent == NULL)
        return error;
    return node_create(at.parent, at.name, at.name_size, true) ? 0 : -ENOMEM;
}

long call_mkdirat(const struct arguments *args)
{
    return files_locked(step_mkdirat, args);
}

long call_mkdir(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a};
    return call_mkdirat(&at);
}

static long step_rename(const struct arguments *args)
{
    struct lookup from, to;
    long error = node_lookup(files_directory(), (const char *)args->b, &from);
    if (error)
        return error;
    error = node_lookup(files_directory(), (const char *)args->d, &to);
    if (error && (error != -ENOENT || to.parent == NULL))
        return error;
    return node_rename(from.node, &to, error == 0);
}

long call_renameat2(const struct arguments *args)
{
    return files_locked(step_rename, args);
}

long call_rename(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, AT_FDCWD, args->b};
    return call_renameat2(&at);
}

static long step_chdir(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(files_directory(), (const char *)args->a, &at);
    if (!error && !at.node->is_directory)
        error = -ENOTDIR;
    if (!error)
        directory = at.node;
    return error;
}

long call_chdir(const struct arguments *args)
{
    return files_locked(step_chdir, args);
}

static long step_getcwd(const struct arguments *args)
{
    return node_path(files_directory(), (char *)args->a, (size_t)args->b);
}

long call_getcwd(const struct arguments *args)
{
    return files_locked(step_getcwd, args);
}

/* One record of struct dirent a child; `position` counts children already told. */
static long step_getdents64(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || d->kind != NODE || !d->node->is_directory)
        return d ? -ENOTDIR : -EBADF;
    long used = 0;
    uint64_t skip = d->position;
    for (struct node *n = d->node->children; n; n = n->sibling) {
        if (skip > 0) {
            skip--;
            continue;
        }
        size_t size = ALIGN_UP(offsetof(struct dirent, d_name) + strlen(n->name) + 1, 8);
        if ((size_t)args->c < (size_t)used + size)
            return used ? used : -EINVAL;
        struct dirent *entry = (struct dirent *)(args->b + used);
        entry->d_ino = n->number;
        entry->d_off = (int64_t)++d->position;
        entry->d_reclen = (unsigned short)size;
        entry->d_type = n->is_directory ? DT_DIR : DT_REG;
        memcpy(entry->d_name, n->name, strlen(n->name) + 1);
        used += (long)size;
    }
    return used;
}

long call_getdents64(const struct arguments *args)
{
    return files_locked(step_getdents64, args);
}
