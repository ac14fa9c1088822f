/* pte.h: riscv64's page-table entries. Source: RISC-V Privileged Architecture, 10.3 to 10.6 (Sv39,
 * Sv48, Sv57, Svpbmt). */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include "paging.h"

typedef uint64_t pte_t;

extern unsigned paging_levels; /* 3, 4 or 5 */
extern bool paging_has_svpbmt; /* memory types are in the entry; else the platform knows them */
#define paging_largest_level 2u

#define PTE_BREAK_BEFORE_MAKE 0
#define FLUSH_REACHES_ALL     0 /* arch_flush_broadcast does without interrupts */
#define CODE_IS_FETCHED_ANEW  1 /* arch_code_forget is needed, on each core */

#define PTE_VALID     (1ull << 0)
#define PTE_READ      (1ull << 1)
#define PTE_WRITE     (1ull << 2)
#define PTE_EXEC      (1ull << 3)
#define PTE_USER      (1ull << 4)
#define PTE_GLOBAL    (1ull << 5)
#define PTE_ACCESSED  (1ull << 6)
#define PTE_DIRTY     (1ull << 7)
#define PTE_HELD      (1ull << 8) /* ours: a leaf without access that still holds its frame */
#define PTE_IS_DEVICE (1ull << 9) /* ours, for pte_leaf_flags: a user's frame then is foreign */
#define PTE_NC        (1ull << 61)
#define PTE_IO        (2ull << 61)
#define PTE_PPN_MASK  0x003ffffffffffc00ull

/* What the user has of the top table. */
#define PTE_USER_ENTRIES 256
#define PTE_USER_END     (1ul << (11 + 9 * paging_levels))

static inline pte_t pte_memory_type(unsigned flags)
{
    pte_t mark = flags & PAGE_DEVICE ? PTE_IS_DEVICE : 0;
    if (!paging_has_svpbmt)
        return mark;
    return mark | (flags & PAGE_DEVICE ? PTE_IO : flags & PAGE_WRITE_COMBINE ? PTE_NC : 0);
}

/* Software has two bits, so what is foreign of a user's is marked as a device's is of the
 * kernel's. */
static inline pte_t pte_owner(unsigned flags)
{
    return (flags & PAGE_USER ? PTE_USER : PTE_GLOBAL) | (flags & PAGE_FOREIGN ? PTE_IS_DEVICE : 0);
}

static inline pte_t pte_leaf(phys_t phys, unsigned flags, unsigned level)
{
    (void)level;
    if ((flags & (PAGE_READ | PAGE_WRITE | PAGE_EXEC)) == 0)
        return phys >> 2 | PTE_HELD | (pte_owner(flags) & ~PTE_GLOBAL);
    return phys >> 2 | PTE_VALID | PTE_READ | pte_owner(flags) | PTE_ACCESSED | PTE_DIRTY |
           pte_memory_type(flags) | (flags & PAGE_WRITE ? PTE_WRITE : 0) |
           (flags & PAGE_EXEC ? PTE_EXEC : 0);
}

static inline pte_t pte_table(phys_t table)
{
    return table >> 2 | PTE_VALID;
}

static inline bool pte_is_empty(pte_t e)
{
    return e == 0;
}

static inline bool pte_is_leaf(pte_t e, unsigned level)
{
    return e != 0 && (level == 0 || (e & (PTE_READ | PTE_EXEC | PTE_HELD)));
}

static inline phys_t pte_table_phys(pte_t e)
{
    return (e & PTE_PPN_MASK) << 2;
}

static inline phys_t pte_leaf_phys(pte_t e, unsigned level)
{
    (void)level;
    return (e & PTE_PPN_MASK) << 2;
}

static inline unsigned pte_leaf_flags(pte_t e, unsigned level)
{
    (void)level;
    unsigned user = PAGE_USER | (e & PTE_IS_DEVICE ? PAGE_FOREIGN : 0);
    unsigned owner = e & PTE_USER ? user : e & PTE_IS_DEVICE ? PAGE_DEVICE : 0;
    if (!(e & PTE_VALID))
        return PAGE_NONE | (e & PTE_USER ? owner : 0);
    return owner | PAGE_READ | (e & PTE_WRITE ? PAGE_WRITE : 0) | (e & PTE_EXEC ? PAGE_EXEC : 0) |
           ((e & PTE_NC) ? PAGE_WRITE_COMBINE : 0);
}

/* Orders new entries before later walks of this hart; another hart that remembers an absence faults
 * and tries again (fault.c). */
static inline void pte_publish(void)
{
    __asm__ volatile("sfence.vma" ::: "memory");
}

/* A hart that remembers that there was nothing faults once more, and finds it then. */
static inline void pte_publish_user(void)
{
}

static inline bool paging_canonical(uintptr_t virt)
{
    unsigned unused = 64 - (12 + 9 * paging_levels);
    return (uintptr_t)((intptr_t)(virt << unused) >> unused) == virt;
}

#endif
