/* file_status.c: what files are. */
#include <fcntl.h>
#include <sys/stat.h>
#include "clock.h"
#include "errno.h"
#include "files.h"
#include "kstat.h"

static void fill_stat(struct kstat *st, const struct node *n)
{
    memset(st, 0, sizeof *st);
    st->st_nlink = 1;
    st->st_blksize = 4096;
    if (n == NULL || n->is_null) {
        st->st_mode = S_IFCHR | 0600;
        return;
    }
    st->st_ino = n->number;
    st->st_mode = n->is_directory ? S_IFDIR | 0755 : S_IFREG | 0644;
    st->st_size = (int64_t)n->size;
    st->st_blocks = (int64_t)(n->size + 511) / 512;
    st->st_mtime_sec = st->st_atime_sec = st->st_ctime_sec = (int64_t)(n->changed_ns / NS_PER_S);
}

static long step_fstat(const struct arguments *args)
{
    struct descriptor *d = file_descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    fill_stat((struct kstat *)args->b, d->node);
    return 0;
}

long call_fstat(const struct arguments *args)
{
    return files_locked(step_fstat, args);
}

static long step_stat(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(files_directory(), (const char *)args->b, &at);
    if (!error)
        fill_stat((struct kstat *)args->c, at.node);
    return error;
}

long call_newfstatat(const struct arguments *args)
{
    const char *path = (const char *)args->b;
    if (args->d & AT_EMPTY_PATH && path[0] == '\0') {
        struct arguments by_fd = {args->a, args->c};
        return call_fstat(&by_fd);
    }
    return files_locked(step_stat, args);
}

long call_stat(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, args->b};
    return files_locked(step_stat, &at);
}

long call_lstat(const struct arguments *args)
{
    return call_stat(args);
}

static long step_access(const struct arguments *args)
{
    struct lookup at;
    return node_lookup(files_directory(), (const char *)args->b, &at);
}

long call_faccessat(const struct arguments *args)
{
    return files_locked(step_access, args);
}

long call_access(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a};
    return call_faccessat(&at);
}

/* There are no links. */
long call_readlinkat(const struct arguments *args)
{
    long error = call_faccessat(args);
    return error ? error : -EINVAL;
}

long call_readlink(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a};
    return call_readlinkat(&at);
}

/* The console is no terminal to programs: nothing here edits their lines. */
long call_ioctl(const struct arguments *args)
{
    return file_descriptor(args->a) ? -ENOTTY : -EBADF;
}
