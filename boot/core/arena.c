/* A pointer that moves up. Nothing is freed. */
#include "core/arena.h"
#include "core/report.h"
#include "core/string.h"

void *arena_alloc(struct arena *arena, uint64_t size, uint64_t align)
{
    uint64_t base = ROUND_UP(arena->next, align);
    if (base > arena->end || size > arena->end - base)
        fail("out of memory: %lu more bytes of boot tables don't fit", (unsigned long)size);
    arena->next = base + size;
    return memset(phys_ptr(base), 0, size);
}

char *arena_string(struct arena *arena, const char *string)
{
    size_t size = strlen(string) + 1;
    return memcpy(arena_alloc(arena, size, 8), string, size);
}
