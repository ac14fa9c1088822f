/* user_memory.c: see user_memory.h. */
#include "user_memory.h"
#include "machine.h"
#include "pte.h"

static bool is_users(uintptr_t at, size_t size)
{
    return at < PTE_USER_END && size <= PTE_USER_END - at;
}

static enum fault_end touch(struct aspace *a, uintptr_t at, unsigned wants, struct user_stop *stop)
{
    stop->address = at;
    return aspace_fault(a, at, wants, &stop->absent);
}

/* Whether there is something to copy. */
static bool begin(struct aspace *a, uintptr_t at, size_t size, struct user_stop *stop)
{
    stop->end = is_users(at, size) ? FAULT_RESOLVED : FAULT_UNMAPPED;
    stop->address = at;
    aspace_enter(a);
    return size > 0 && stop->end == FAULT_RESOLVED;
}

/* How many of the bytes at the address are in its page. */
static size_t in_page(uintptr_t at, size_t size)
{
    return MIN(size, PAGE_SIZE - at % PAGE_SIZE);
}

size_t user_read(struct aspace *a, void *to, uintptr_t from, size_t size, struct user_stop *stop)
{
    size_t done = 0;
    if (!begin(a, from, size, stop))
        return 0;
    do {
        size_t part = in_page(from + done, size - done);
        size_t left = arch_user_read((char *)to + done, from + done, part);
        done += part - left;
        if (left > 0)
            stop->end = touch(a, from + done, PAGE_READ, stop);
    } while (done < size && stop->end == FAULT_RESOLVED);
    return done;
}

size_t user_write(struct aspace *a, uintptr_t to, const void *from, size_t size,
                  struct user_stop *stop)
{
    size_t done = 0;
    if (!begin(a, to, size, stop))
        return 0;
    do {
        size_t part = in_page(to + done, size - done);
        size_t left = arch_user_write(to + done, (const char *)from + done, part);
        done += part - left;
        if (left > 0)
            stop->end = touch(a, to + done, PAGE_WRITE, stop);
    } while (done < size && stop->end == FAULT_RESOLVED);
    return done;
}

int user_exchange(struct aspace *a, uintptr_t at, uint32_t *expected, uint32_t desired,
                  struct user_stop *stop)
{
    int result = -1;
    bool ok = is_users(at, sizeof desired) && at % sizeof desired == 0;
    *stop = (struct user_stop){.end = ok ? FAULT_RESOLVED : FAULT_UNMAPPED, .address = at};
    aspace_enter(a);
    while (result < 0 && stop->end == FAULT_RESOLVED) {
        result = arch_user_exchange(at, expected, desired);
        if (result < 0)
            stop->end = touch(a, at, PAGE_WRITE, stop);
    }
    return result;
}
