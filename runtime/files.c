/* files.c: descriptors. 0, 1 and 2 are the serial console; the others are files in memory, which
 * start empty at every boot but for what the loader brought below root/: scratch space for
 * runtime_events, for channels, and for test programs.
 *
 * `lock` guards the tree, the table and the files' contents. It may be held while memory is
 * committed. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "clock.h"
#include "console.h"
#include "errno.h"
#include "kcall.h"
#include "kspace.h"
#include "kstat.h"
#include "node.h"
#include "thread.h"

#define DESCRIPTORS 256

enum descriptor_kind { CLOSED, CONSOLE, NODE };

struct descriptor {
    enum descriptor_kind kind;
    struct node *node;
    uint64_t position;
    int flags; /* O_* */
};

static struct descriptor table[DESCRIPTORS] = {{CONSOLE}, {CONSOLE}, {CONSOLE}};
static struct node *directory; /* the current one; NULL: the root */
static struct mutex lock;

static struct descriptor *descriptor(long fd)
{
    return fd >= 0 && fd < DESCRIPTORS && table[fd].kind != CLOSED ? &table[fd] : NULL;
}

static struct node *current(void)
{
    return directory ? directory : node_root();
}

/* Every call that touches the tree: takes the lock around `step`. */
static long locked(long (*step)(const struct arguments *), const struct arguments *args)
{
    mutex_lock(&lock);
    long result = step(args);
    mutex_unlock(&lock);
    return result;
}

/* ---- opening ---- */

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
    long error = node_lookup(current(), path, &at);
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
    return locked(step_openat, args);
}

long call_open(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, args->b};
    return call_openat(&at);
}

static long step_close(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    if (d->kind == NODE)
        node_release(d->node);
    *d = (struct descriptor){CLOSED};
    return 0;
}

long call_close(const struct arguments *args)
{
    return locked(step_close, args);
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
    return descriptor(args->a) ? duplicate(args->a, free_descriptor(0), 0) : -EBADF;
}

long call_dup(const struct arguments *args)
{
    return locked(step_dup, args);
}

static long step_dup3(const struct arguments *args)
{
    if (descriptor(args->a) == NULL || args->b < 0 || args->b >= DESCRIPTORS)
        return -EBADF;
    if (args->a == args->b)
        return -EINVAL;
    struct arguments old = {args->b};
    step_close(&old);
    return duplicate(args->a, args->b, (int)args->c);
}

long call_dup3(const struct arguments *args)
{
    return locked(step_dup3, args);
}

/* Only what musl's fdopen and opendir ask: flags, and duplication. */
static long step_fcntl(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
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
    return locked(step_fcntl, args);
}

/* ---- reading and writing ---- */

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
    struct descriptor *d = descriptor(args->a);
    if (d == NULL || (d->flags & O_ACCMODE) == O_WRONLY)
        return -EBADF;
    long n = read_node(d->node, (void *)args->b, (uint64_t)args->c, d->position);
    d->position += n > 0 ? (uint64_t)n : 0;
    return n;
}

static long step_write(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
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
    return fd >= 0 && fd < DESCRIPTORS && table[fd].kind == CONSOLE;
}

long call_read(const struct arguments *args)
{
    if (args->c < 0)
        return -EINVAL;
    if (is_console(args->a))
        return (long)console_read((char *)args->b, (size_t)args->c, NO_DEADLINE);
    return locked(step_read, args);
}

long call_write(const struct arguments *args)
{
    if (args->c < 0)
        return -EINVAL;
    if (!is_console(args->a))
        return locked(step_write, args);
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
    struct descriptor *d = descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->c < 0 || args->d < 0)
        return d && d->kind == CONSOLE ? -ESPIPE : d ? -EINVAL : -EBADF;
    return read_node(d->node, (void *)args->b, (uint64_t)args->c, (uint64_t)args->d);
}

long call_pread(const struct arguments *args)
{
    return locked(step_pread, args);
}

static long step_pwrite(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->c < 0 || args->d < 0)
        return d && d->kind == CONSOLE ? -ESPIPE : d ? -EINVAL : -EBADF;
    return write_node(d->node, (const void *)args->b, (uint64_t)args->c, (uint64_t)args->d);
}

long call_pwrite(const struct arguments *args)
{
    return locked(step_pwrite, args);
}

static long step_lseek(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
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
    return locked(step_lseek, args);
}

static long step_ftruncate(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
    if (d == NULL || d->kind != NODE || args->b < 0)
        return d ? -EINVAL : -EBADF;
    return node_resize(d->node, (uint64_t)args->b);
}

long call_ftruncate(const struct arguments *args)
{
    return locked(step_ftruncate, args);
}

long call_fsync(const struct arguments *args)
{
    return descriptor(args->a) ? 0 : -EBADF;
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

/* ---- mapping ---- */

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
    mutex_lock(&lock);
    struct descriptor *d = descriptor(fd);
    struct node **slot = mapping_slot(NULL);
    bool ok =
        slot && d && d->kind == NODE && !d->node->is_directory && node_reserve(d->node, size) == 0;
    uintptr_t at = ok ? (uintptr_t)d->node->data : 0;
    if (ok) {
        *slot = d->node;
        d->node->mapped++;
        nr_mappings++;
    }
    mutex_unlock(&lock);
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
    mutex_lock(&lock);
    bool found = is_mapped_at(at, &slot);
    if (found) {
        struct node *n = *slot;
        *slot = NULL;
        nr_mappings--;
        node_unmapped(n);
    }
    mutex_unlock(&lock);
    return found;
}

/* ---- what files are ---- */

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
    struct descriptor *d = descriptor(args->a);
    if (d == NULL)
        return -EBADF;
    fill_stat((struct kstat *)args->b, d->node);
    return 0;
}

long call_fstat(const struct arguments *args)
{
    return locked(step_fstat, args);
}

static long step_stat(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(current(), (const char *)args->b, &at);
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
    return locked(step_stat, args);
}

long call_stat(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, args->b};
    return locked(step_stat, &at);
}

long call_lstat(const struct arguments *args)
{
    return call_stat(args);
}

static long step_access(const struct arguments *args)
{
    struct lookup at;
    return node_lookup(current(), (const char *)args->b, &at);
}

long call_faccessat(const struct arguments *args)
{
    return locked(step_access, args);
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
    return descriptor(args->a) ? -ENOTTY : -EBADF;
}

/* ---- the tree ---- */

static long step_unlinkat(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(current(), (const char *)args->b, &at);
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
    return locked(step_unlinkat, args);
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
    long error = node_lookup(current(), (const char *)args->b, &at);
    if (!error)
        return -EEXIST;
    if (error != -ENOENT || at.parent == NULL)
        return error;
    return node_create(at.parent, at.name, at.name_size, true) ? 0 : -ENOMEM;
}

long call_mkdirat(const struct arguments *args)
{
    return locked(step_mkdirat, args);
}

long call_mkdir(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a};
    return call_mkdirat(&at);
}

static long step_rename(const struct arguments *args)
{
    struct lookup from, to;
    long error = node_lookup(current(), (const char *)args->b, &from);
    if (error)
        return error;
    error = node_lookup(current(), (const char *)args->d, &to);
    if (error && (error != -ENOENT || to.parent == NULL))
        return error;
    return node_rename(from.node, &to, error == 0);
}

long call_renameat2(const struct arguments *args)
{
    return locked(step_rename, args);
}

long call_rename(const struct arguments *args)
{
    struct arguments at = {AT_FDCWD, args->a, AT_FDCWD, args->b};
    return call_renameat2(&at);
}

static long step_chdir(const struct arguments *args)
{
    struct lookup at;
    long error = node_lookup(current(), (const char *)args->a, &at);
    if (!error && !at.node->is_directory)
        error = -ENOTDIR;
    if (!error)
        directory = at.node;
    return error;
}

long call_chdir(const struct arguments *args)
{
    return locked(step_chdir, args);
}

static long step_getcwd(const struct arguments *args)
{
    return node_path(current(), (char *)args->a, (size_t)args->b);
}

long call_getcwd(const struct arguments *args)
{
    return locked(step_getcwd, args);
}

/* One record of struct dirent a child; `position` counts children already told. */
static long step_getdents64(const struct arguments *args)
{
    struct descriptor *d = descriptor(args->a);
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
    return locked(step_getdents64, args);
}
