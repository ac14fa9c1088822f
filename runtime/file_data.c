/* file_data.c: reading and writing, and how large files are. */
#include <fcntl.h>
#include <sys/uio.h>
#include "console.h"
#include "errno.h"
#include "files.h"
#include "thread.h"

static long read_node(struct node *n, void *buffer, uint64_t size, uint64_t at)
{
    if (n->is_directory)
        return -EISDIR;
    if (n->is_null)
        return 0;
    uint64_t count = at < n->size ? MIN(size, n->size - at) : 0;
    memcpy(buffer, n->data + at, count);
    return (long)count;
}

static long write_node(struct node *n, const void *buffer, uint64_t size, uint64_t at)
{
    if (n->is_null)
        return (long)size;
    if (at + size < at)
        return -EFBIG;
    if (at + size > n->size) {
        long error = node_resize(n, at + size);
        if (error)
            return error;
    }
    memcpy(n->data + at, buffer, size);
    return (long)size;
}

static long step_read(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || (d->flags & O_ACCMODE) == O_WRONLY)
        return -EBADF;
    long n = read_node(d->node, (void *)args->b, (uint64_t)args->c, d->position);
    d->position += n > 0 ? (uint64_t)n : 0;
    return n;
}

static long step_write(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || (d->flags & O_ACCMODE) == O_RDONLY)
        return -EBADF;
    if (d->flags & O_APPEND)
        d->position = d->node->size;
    long n = write_node(d->node, (const void *)args->b, (uint64_t)args->c, d->position);
    d->position += n > 0 ? (uint64_t)n : 0;
    return n;
}

static bool is_console(long fd)
{
    struct descriptor *d = file_descriptor(fd);
    return d && d->kind == CONSOLE;
}

long call_read(const struct arguments *args)
{
    if (args->c < 0)
        return -EINVAL;
    if (is_console(args->a))
        return (long)console_read((char *)args->b, (size_t)args->c, NO_DEADLINE);
    return files_locked(step_read, args);
}

long call_write(const struct arguments *args)
{
    if (args->c < 0)
        return -EINVAL;
    if (!is_console(args->a))
        return files_locked(step_write, args);
    console_write((const char *)args->b, (size_t)args->c);
    return args->c;
}

/* The vector forms: one plain call a part, until one is cut short. */
static long each_part(const struct arguments *args, call *one)
{
    const struct iovec *part = (const struct iovec *)args->b;
    long total = 0;
    for (long i = 0; i < args->c; i++) {
        struct arguments piece = {args->a, (long)part[i].iov_base, (long)part[i].iov_len};
        long n = part[i].iov_len ? one(&piece) : 0;
        if (n < 0)
            return total ? total : n;
        total += n;
        if ((size_t)n < part[i].iov_len)
            break;
    }
    return total;
}

long call_readv(const struct arguments *args)
{
    return each_part(args, call_read);
}

long call_writev(const struct arguments *args)
{
    return each_part(args, call_write);
}

static long step_pread(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->c < 0 || args->d < 0)
        return d && d->kind == CONSOLE ? -ESPIPE : d ? -EINVAL : -EBADF;
    return read_node(d->node, (void *)args->b, (uint64_t)args->c, (uint64_t)args->d);
}

long call_pread(const struct arguments *args)
{
    return files_locked(step_pread, args);
}

static long step_pwrite(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->c < 0 || args->d < 0)
        return d && d->kind == CONSOLE ? -ESPIPE : d ? -EINVAL : -EBADF;
    return write_node(d->node, (const void *)args->b, (uint64_t)args->c, (uint64_t)args->d);
}

long call_pwrite(const struct arguments *args)
{
    return files_locked(step_pwrite, args);
}

static long step_lseek(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    if (d->kind == CONSOLE)
        return -ESPIPE;
    int64_t base =
        args->c == SEEK_SET ? 0 : (int64_t)(args->c == SEEK_CUR ? d->position : d->node->size);
    if (args->c > SEEK_END || base + args->b < 0)
        return -EINVAL;
    d->position = (uint64_t)(base + args->b);
    return (long)d->position;
}

long call_lseek(const struct arguments *args)
{
    return files_locked(step_lseek, args);
}

static long step_ftruncate(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->b < 0)
        return d ? -EINVAL : -EBADF;
    return node_resize(d->node, (uint64_t)args->b);
}

long call_ftruncate(const struct arguments *args)
{
    return files_locked(step_ftruncate, args);
}

long call_fsync(const struct arguments *args)
{
    return file_descriptor(args->a) ? 0 : -EBADF;
}
