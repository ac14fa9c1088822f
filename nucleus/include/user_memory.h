/* user_memory.h: copies between the kernel's memory and a user's. A bad address is no fault of the
 * kernel's: a copy says how far it came, and why it stopped.
 *
 * Each enters the space on this core, so: thread context of the scheduler's loop, no spinlock held.
 * Pages come as by aspace_fault; the space must not be freed meanwhile. */
#ifndef NUCLEUS_USER_MEMORY_H
#define NUCLEUS_USER_MEMORY_H

#include "aspace.h"

struct user_stop {
    enum fault_end end; /* FAULT_RESOLVED: it did not stop */
    uintptr_t address;
    struct absent_page absent;
};

/* How many bytes were copied. Aligned 4 bytes are copied in one access. */
size_t user_read(struct aspace *a, void *to, uintptr_t from, size_t size, struct user_stop *stop);
size_t user_write(struct aspace *a, uintptr_t to, const void *from, size_t size,
                  struct user_stop *stop);

/* Puts `desired` where *expected is, in one step: 1, or 0 when something else is there, which then
 * is in *expected; -1: `stop` says why not. */
int user_exchange(struct aspace *a, uintptr_t at, uint32_t *expected, uint32_t desired,
                  struct user_stop *stop);

#endif
