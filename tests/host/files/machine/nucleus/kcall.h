/* kcall.h: stands in for the runtime's own: memory is never low here. */
#ifndef HOSTED_KCALL_H
#define HOSTED_KCALL_H

static inline void low_memory_check(unsigned long new_bytes)
{
    (void)new_bytes;
}

#endif
