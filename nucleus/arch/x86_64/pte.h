/* pte.h: x86_64's page-table entries. Source: Intel SDM volume 3, 4.5 (4- and 5-level
 * paging), 11.12 (PAT). */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include "paging.h"

typedef uint64_t pte_t;

extern unsigned paging_levels;        /* 4 or 5 */
extern unsigned paging_largest_level; /* 1: 2 MiB pages, 2: also 1 GiB */

#define PTE_BREAK_BEFORE_MAKE 0
#define FLUSH_REACHES_ALL     0 /* arch_flush_broadcast does without interrupts */
#define CODE_IS_FETCHED_ANEW  0 /* arch_code_forget is needed, on each core */

#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_USER     (1ull << 2)
#define PTE_PWT      (1ull << 3)
#define PTE_PCD      (1ull << 4)
#define PTE_ACCESSED (1ull << 5)
#define PTE_DIRTY    (1ull << 6)
#define PTE_LARGE    (1ull << 7) /* levels 1 and 2 */
#define PTE_PAT_4K   (1ull << 7)
#define PTE_GLOBAL   (1ull << 8)
#define PTE_HELD     (1ull << 9) /* ours: a leaf without access that still holds its frame */
#define PTE_FOREIGN  (1ull << 10) /* ours */
#define PTE_PAT      (1ull << 12)
#define PTE_NX       (1ull << 63)
#define PTE_PHYS     0x000ffffffffff000ull

/* What the user has of the top table; the last page is left out: a syscall at its end would return
 * to an address that is none (Intel SDM volume 2, SYSRET). */
#define PTE_USER_ENTRIES 256
#define PTE_USER_END     0x00007ffffffff000ul

/* PAT slots, as the Limine protocol and arch_paging_enter set them: 0 write-back, 3 uncached, 5
 * write-combining. */
static inline pte_t pte_memory_type(unsigned flags, unsigned level)
{
    if (flags & PAGE_DEVICE)
        return PTE_PCD | PTE_PWT;
    if (flags & PAGE_WRITE_COMBINE)
        return PTE_PWT | (level == 0 ? PTE_PAT_4K : PTE_PAT);
    return 0;
}

static inline pte_t pte_owner(unsigned flags)
{
    return (flags & PAGE_USER ? PTE_USER : PTE_GLOBAL) | (flags & PAGE_FOREIGN ? PTE_FOREIGN : 0);
}

static inline pte_t pte_leaf(phys_t phys, unsigned flags, unsigned level)
{
    pte_t large = level > 0 ? PTE_LARGE : 0;
    if ((flags & (PAGE_READ | PAGE_WRITE | PAGE_EXEC)) == 0)
        return phys | PTE_HELD | large | (pte_owner(flags) & ~PTE_GLOBAL);
    return phys | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | pte_owner(flags) | large |
           pte_memory_type(flags, level) | (flags & PAGE_WRITE ? PTE_WRITE : 0) |
           (flags & PAGE_EXEC ? 0 : PTE_NX);
}

/* Leaves alone decide: what is not the user's in them is not the user's. */
static inline pte_t pte_table(phys_t table)
{
    return table | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED;
}

static inline bool pte_is_empty(pte_t e)
{
    return e == 0;
}

static inline bool pte_is_leaf(pte_t e, unsigned level)
{
    return e != 0 && (level == 0 || (e & PTE_LARGE));
}

static inline phys_t pte_table_phys(pte_t e)
{
    return e & PTE_PHYS;
}

static inline phys_t pte_leaf_phys(pte_t e, unsigned level)
{
    return e & PTE_PHYS & ~((PAGE_SIZE << (9 * level)) - 1);
}

static inline unsigned pte_leaf_flags(pte_t e, unsigned level)
{
    unsigned owner = (e & PTE_USER ? PAGE_USER : 0) | (e & PTE_FOREIGN ? PAGE_FOREIGN : 0);
    if (!(e & PTE_PRESENT))
        return PAGE_NONE | owner;
    unsigned flags =
        owner | PAGE_READ | (e & PTE_WRITE ? PAGE_WRITE : 0) | (e & PTE_NX ? 0 : PAGE_EXEC);
    if (e & PTE_PCD)
        return flags | PAGE_DEVICE;
    return flags | (e & (level == 0 ? PTE_PAT_4K : PTE_PAT) ? PAGE_WRITE_COMBINE : 0);
}

/* x86 never caches the absence of a translation: new entries need no fence. */
static inline void pte_publish(void)
{
}

static inline void pte_publish_user(void)
{
    pte_publish();
}

static inline bool paging_canonical(uintptr_t virt)
{
    unsigned unused = 64 - (12 + 9 * paging_levels);
    return (uintptr_t)((intptr_t)(virt << unused) >> unused) == virt;
}

#endif
