/* paging.h: stands in for the nucleus's own: physical addresses are pointers. */
#ifndef HOSTED_PAGING_H
#define HOSTED_PAGING_H

#include "base.h"

#undef PAGE_SIZE
#define PAGE_SIZE 4096ul

static inline void *phys_to_virt(phys_t phys)
{
    return (void *)phys;
}

static inline phys_t virt_to_phys(const void *virt)
{
    return (phys_t)virt;
}

#endif
