/* VMSAv8-64 tables with 4 KiB granule and 4 levels (Arm ARM, D8.3). */
#include "arch/aarch64/entry.h"
#include "core/arch.h"

#define PTE_VALID        (1ULL << 0)
#define PTE_TABLE        (1ULL << 1) /* a table; on the lowest level: a page */
#define PTE_ATTRIBUTE(n) ((uint64_t)(n) << 2)
#define PTE_READ_ONLY    (1ULL << 7)
#define PTE_INNER_SHARED (3ULL << 8)
#define PTE_ACCESSED     (1ULL << 10)
#define PTE_PXN          (1ULL << 53)
#define PTE_UXN          (1ULL << 54)
#define PTE_ADDRESS      0x0000fffffffff000ULL

bool arch_mode_available(unsigned mode)
{
    return mode == LIMINE_PAGING_MODE_AARCH64_4LVL;
}

unsigned arch_mode_default(void)
{
    return LIMINE_PAGING_MODE_AARCH64_4LVL;
}

unsigned arch_mode_max(void)
{
    return LIMINE_PAGING_MODE_AARCH64_4LVL;
}

unsigned arch_mode_levels(unsigned mode)
{
    (void)mode;
    return 4;
}

uint64_t arch_mode_hhdm(unsigned mode)
{
    (void)mode;
    return 0xffff000000000000ULL;
}

unsigned arch_leaf_level_max(void)
{
    return 3;
}

uint64_t arch_entry_table(uint64_t table)
{
    return table | PTE_VALID | PTE_TABLE;
}

uint64_t arch_entry_leaf(uint64_t address, unsigned flags, unsigned level)
{
    uint64_t entry = address | PTE_VALID | PTE_ACCESSED | PTE_INNER_SHARED | PTE_UXN;
    if (level == 1)
        entry |= PTE_TABLE;
    if (!(flags & MAP_WRITE))
        entry |= PTE_READ_ONLY;
    if (!(flags & MAP_EXECUTE))
        entry |= PTE_PXN;
    return entry |
           PTE_ATTRIBUTE(flags & MAP_FRAMEBUFFER ? ATTRIBUTE_FRAMEBUFFER : ATTRIBUTE_NORMAL);
}

uint64_t arch_entry_target(uint64_t entry)
{
    return entry & PTE_ADDRESS;
}

/* TTBR0 and TTBR1. */
bool arch_has_low_root(void)
{
    return true;
}

uint64_t arch_tables_limit(void)
{
    return UINT64_MAX;
}
