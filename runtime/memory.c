/* memory.c: mmap and its kin over the kernel's dynamic range. Memory is committed when it is mapped
 * with access, and goes back to the frame allocator when it is unmapped. */
#include "errno.h"
#include "kcall.h"
#include "kspace.h"
#include "paging.h"

#define PROT_READ_BIT  1
#define PROT_WRITE_BIT 2
#define MAP_FIXED      0x10
#define MAP_ANONYMOUS  0x20

static unsigned page_flags(long prot)
{
    return (prot & PROT_READ_BIT ? PAGE_READ : 0) |
           (prot & PROT_WRITE_BIT ? PAGE_READ | PAGE_WRITE : 0);
}

static long map_fixed(uintptr_t at, size_t size, unsigned flags)
{
    if (!kspace_owns(at, size))
        return -EINVAL;
    int error = kspace_decommit(at, size);
    if (!error && flags != PAGE_NONE)
        error = kspace_commit(at, size, flags);
    return error ? error : (long)at;
}

static long map_anywhere(size_t size, unsigned flags)
{
    size_t align = size >= LARGE_PAGE_SIZE ? LARGE_PAGE_SIZE : PAGE_SIZE;
    uintptr_t at = kspace_reserve(size, align);
    if (at == 0)
        return -ENOMEM;
    if (flags == PAGE_NONE || kspace_commit(at, size, flags) == 0)
        return (long)at;
    kspace_release(at, size);
    return -ENOMEM;
}

static size_t whole_pages(long size)
{
    return ALIGN_UP((size_t)size, PAGE_SIZE);
}

/* mmap(address, size, protection, flags, fd, offset). Files are mapped whole and shared. */
long call_mmap(const struct arguments *args)
{
    if (args->b <= 0)
        return -EINVAL;
    if (!(args->d & MAP_ANONYMOUS)) {
        uintptr_t at =
            args->f == 0 && !(args->d & MAP_FIXED) ? file_map(args->e, (uint64_t)args->b) : 0;
        return at ? (long)at : -ENODEV;
    }
    size_t size = whole_pages(args->b);
    unsigned flags = page_flags(args->c);
    long at = args->d & MAP_FIXED ? map_fixed((uintptr_t)args->a, size, flags)
                                  : map_anywhere(size, flags);
    if (flags != PAGE_NONE)
        low_memory_check(size);
    return at;
}

long call_munmap(const struct arguments *args)
{
    if (args->a & (long)(PAGE_SIZE - 1) || args->b <= 0)
        return -EINVAL;
    if (file_unmap((uintptr_t)args->a))
        return 0;
    return kspace_release((uintptr_t)args->a, whole_pages(args->b));
}

/* Giving access commits what was only reserved; taking it away keeps the contents. */
long call_mprotect(const struct arguments *args)
{
    uintptr_t at = (uintptr_t)args->a;
    size_t size = whole_pages(args->b);
    unsigned flags = page_flags(args->c);
    if (!kspace_owns(at, size))
        return -ENOMEM;
    if (flags != PAGE_NONE)
        return kspace_commit(at, size, flags);
    int error = paging_protect(at, size, PAGE_NONE);
    tlb_flush(at, size);
    return error;
}

/* Advice is not taken. */
long call_madvise(const struct arguments *args)
{
    (void)args;
    return 0;
}
