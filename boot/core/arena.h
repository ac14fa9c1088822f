/*
 * The one piece of memory that everything comes from that the kernel gets: page tables, stacks,
 * answers. Taken once from the front end, before the firmware goes; what is left is given back.
 */
#ifndef BOOT_ARENA_H
#define BOOT_ARENA_H

#include "core/base.h"

struct arena {
    uint64_t base, end, next; /* physical */
};

/* Zeroed memory. Stops the machine when the arena, sized with arena_size(), is too small. */
void *arena_alloc(struct arena *arena, uint64_t size, uint64_t align);

/* A copy of a string. */
char *arena_string(struct arena *arena, const char *string);

#endif
