/* descriptors.c: opening, closing and duplicating. 0, 1 and 2 are the serial console; the others
 * are files in memory, which start empty at every boot but for what the loader brought below root/:
 * scratch space for runtime_events, for channels, and for test programs. */
#include <fcntl.h>
#include "errno.h"
#include "files.h"

#define DESCRIPTORS 256

static struct descriptor table[DESCRIPTORS] = {{CONSOLE}, {CONSOLE}, {CONSOLE}};
struct mutex files_lock;

long files_locked(long (*step)(const struct arguments *), const struct arguments *args)
{
    mutex_lock(&files_lock);
    long result = step(args);
    mutex_unlock(&files_lock);
    return result;
}

struct descriptor *file_descriptor(long fd)
{
    return fd >= 0 && fd < DESCRIPTORS && table[fd].kind != CLOSED ? &table[fd] : NULL;
}

static long free_descriptor(long from)
{
    for (long fd = from; fd < DESCRIPTORS; fd++)
        if (table[fd].kind == CLOSED)
            return fd;
    return -EMFILE;
}

static long open_node(const char *path, int flags)
{
    struct lookup at;
    long error = node_lookup(files_directory(), path, &at);
    if (error && !(error == -ENOENT && at.parent && flags & O_CREAT))
        return error;
    if (error) {
        at.node = node_create(at.parent, at.name, at.name_size, false);
        if (at.node == NULL)
            return -ENOMEM;
    } else if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        return -EEXIST;
    }
    if (at.node->is_directory ? (flags & O_ACCMODE) != O_RDONLY : flags & O_DIRECTORY)
        return at.node->is_directory ? -EISDIR : -ENOTDIR;
    long fd = free_descriptor(3);
    if (fd < 0)
        return fd;
    if (flags & O_TRUNC && node_resize(at.node, 0) != 0)
        return -EBUSY;
    at.node->open++;
    table[fd] = (struct descriptor){NODE, at.node, 0, flags};
    return fd;
}

static long step_openat(const struct arguments *args)
{
    return open_node((const char *)args->b, (int)args->c);
}

long call_openat(const struct arguments *args)
{
    return files_locked(step_openat, args);
}

long call_open(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, args->b};
    return call_openat(&at);
}

static long step_close(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    if (d->kind == NODE)
        node_release(d->node);
    *d = (struct descriptor){CLOSED};
    return 0;
}

long call_close(const struct arguments *args)
{
    return files_locked(step_close, args);
}

static long duplicate(long from, long fd, int flags)
{
    if (fd < 0)
        return fd;
    table[fd] = table[from];
    table[fd].flags |= flags;
    if (table[fd].kind == NODE)
        table[fd].node->open++;
    return fd;
}

static long step_dup(const struct arguments *args)
{
    return file_descriptor(args->a) ? duplicate(args->a, free_descriptor(0), 0) : -EBADF;
}

long call_dup(const struct arguments *args)
{
    return files_locked(step_dup, args);
}

static long step_dup3(const struct arguments *args)
{
    if (file_descriptor(args->a) == NULL || args->b < 0 || args->b >= DESCRIPTORS)
        return -EBADF;
    if (args->a == args->b)
        return -EINVAL;
    struct arguments old = {args->b};
    step_close(&old);
    return duplicate(args->a, args->b, (int)args->c);
}

long call_dup3(const struct arguments *args)
{
    return files_locked(step_dup3, args);
}

/* Only what musl's fdopen and opendir ask: flags, and duplication. */
static long step_fcntl(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    switch (args->b) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return duplicate(args->a, free_descriptor(args->c), 0);
    case F_GETFL:
        return d->kind == CONSOLE ? O_RDWR : d->flags;
    case F_SETFL:
        d->flags = (d->flags & ~(O_APPEND | O_NONBLOCK)) | ((int)args->c & (O_APPEND | O_NONBLOCK));
        return 0;
    case F_GETFD:
    case F_SETFD:
        return 0;
    default:
        return -EINVAL;
    }
}

long call_fcntl(const struct arguments *args)
{
    return files_locked(step_fcntl, args);
}

long files_set_stdin(const char *path)
{
    struct lookup at;
    long error = node_lookup(node_root(), path, &at);
    if (error)
        return error;
    at.node->open++;
    table[0] = (struct descriptor){NODE, at.node, 0, O_RDONLY};
    return 0;
}
