/* pte.h: aarch64's page-table entries, 4 KiB granule. Source: Arm ARM (DDI 0487), D8.3. */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include "paging.h"

typedef uint64_t pte_t;

#define paging_levels        4u
#define paging_largest_level 2u

/* A valid block may not become a table in one step (D8.16.1, break-before-make). */
#define PTE_BREAK_BEFORE_MAKE 1
#define FLUSH_REACHES_ALL     1 /* arch_flush_broadcast does without interrupts */
#define CODE_IS_FETCHED_ANEW  0 /* arch_code_forget is needed, on each core */

#define PTE_VALID     (1ull << 0)
#define PTE_PAGE      (1ull << 1) /* or table: not a block */
#define PTE_ATTR(n)   ((uint64_t)(n) << 2)
#define PTE_USER      (1ull << 6)
#define PTE_READ_ONLY (1ull << 7)
#define PTE_INNER     (3ull << 8)
#define PTE_ACCESSED  (1ull << 10)
#define PTE_NOT_GLOBAL (1ull << 11)
#define PTE_PXN       (1ull << 53)
#define PTE_UXN       (1ull << 54)
#define PTE_HELD      (1ull << 55) /* ours: a leaf without access that still holds its frame */
#define PTE_FOREIGN   (1ull << 56) /* ours */
#define PTE_PHYS      0x0000fffffffff000ull

/* Indexes into MAIR_EL1: paging.c keeps the loader's index for ordinary memory. */
extern unsigned mair_normal, mair_device, mair_gather;

/* The user's half has a top table of its own, TTBR0's. */
#define PTE_USER_ENTRIES 512
#define PTE_USER_END     0x0001000000000000ul

static inline pte_t pte_memory_type(unsigned flags)
{
    if (flags & PAGE_DEVICE)
        return PTE_ATTR(mair_device);
    if (flags & PAGE_WRITE_COMBINE)
        return PTE_ATTR(mair_gather) | PTE_INNER;
    return PTE_ATTR(mair_normal) | PTE_INNER;
}

/* What the user may execute the kernel may not, and the reverse. */
static inline pte_t pte_execution(unsigned flags)
{
    pte_t other = flags & PAGE_USER ? PTE_PXN : PTE_UXN;
    return flags & PAGE_EXEC ? other : PTE_PXN | PTE_UXN;
}

static inline pte_t pte_owner(unsigned flags)
{
    return (flags & PAGE_USER ? PTE_USER | PTE_NOT_GLOBAL : 0) |
           (flags & PAGE_FOREIGN ? PTE_FOREIGN : 0);
}

static inline pte_t pte_leaf(phys_t phys, unsigned flags, unsigned level)
{
    pte_t page = level == 0 ? PTE_PAGE : 0;
    if ((flags & (PAGE_READ | PAGE_WRITE | PAGE_EXEC)) == 0)
        return phys | PTE_HELD | pte_owner(flags);
    return phys | PTE_VALID | page | PTE_ACCESSED | pte_owner(flags) | pte_memory_type(flags) |
           pte_execution(flags) | (flags & PAGE_WRITE ? 0 : PTE_READ_ONLY);
}

static inline pte_t pte_table(phys_t table)
{
    return table | PTE_VALID | PTE_PAGE;
}

static inline bool pte_is_empty(pte_t e)
{
    return e == 0;
}

static inline bool pte_is_leaf(pte_t e, unsigned level)
{
    return e != 0 && (level == 0 || (e & (PTE_VALID | PTE_PAGE)) != (PTE_VALID | PTE_PAGE));
}

static inline phys_t pte_table_phys(pte_t e)
{
    return e & PTE_PHYS;
}

static inline phys_t pte_leaf_phys(pte_t e, unsigned level)
{
    (void)level;
    return e & PTE_PHYS;
}

static inline unsigned pte_leaf_flags(pte_t e, unsigned level)
{
    (void)level;
    unsigned owner = (e & PTE_USER ? PAGE_USER : 0) | (e & PTE_FOREIGN ? PAGE_FOREIGN : 0);
    if (!(e & PTE_VALID))
        return PAGE_NONE | owner;
    pte_t never = e & PTE_USER ? PTE_UXN : PTE_PXN;
    unsigned flags = owner | PAGE_READ | (e & PTE_READ_ONLY ? 0 : PAGE_WRITE) |
                     (e & never ? 0 : PAGE_EXEC);
    unsigned type = e >> 2 & 7;
    return flags | (type == mair_device   ? PAGE_DEVICE
                    : type == mair_gather ? PAGE_WRITE_COMBINE
                                          : 0);
}

/* A walk may run ahead of the store that made an entry: order them before the mapping is used. */
static inline void pte_publish(void)
{
    __asm__ volatile("dsb ishst; isb" ::: "memory");
}

static inline void pte_publish_user(void)
{
    pte_publish();
}

static inline bool paging_canonical(uintptr_t virt)
{
    return (intptr_t)virt >> 47 == 0 || (intptr_t)virt >> 47 == -1;
}

#endif
