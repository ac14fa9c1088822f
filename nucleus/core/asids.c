/* asids.c: see asids.h. */
#include "asids.h"

void asids_init(struct asids *s, unsigned count)
{
    *s = (struct asids){.count = MIN(MAX(count, 1u), (unsigned)ASIDS_MAX)};
}

/* Its number, or 0. */
static unsigned number_of(const struct asids *s, uint64_t space)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->known[i].space == space)
            return i + 1;
    return 0;
}

unsigned asids_take(struct asids *s, uint64_t space, uint64_t generation, bool *keeps)
{
    unsigned number = number_of(s, space);
    if (number == 0)
        number = s->last = s->last % s->count + 1;
    *keeps = s->known[number - 1].space == space && s->known[number - 1].generation == generation;
    s->known[number - 1].space = space;
    s->known[number - 1].generation = generation;
    return number;
}

void asids_forgot(struct asids *s, uint64_t space, uint64_t generation)
{
    unsigned number = number_of(s, space);
    if (number > 0 && s->known[number - 1].generation + 1 == generation)
        s->known[number - 1].generation = generation;
}
