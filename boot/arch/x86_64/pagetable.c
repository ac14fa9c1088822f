/* Page tables of 4 and 5 levels (Intel SDM vol. 3A, 4.5). */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"

#define PTE_PRESENT   (1ULL << 0)
#define PTE_WRITE     (1ULL << 1)
#define PTE_LARGE     (1ULL << 7)
#define PTE_PAT_4K    (1ULL << 7) /* in the lowest level */
#define PTE_PAT_LARGE (1ULL << 12)
#define PTE_PWT       (1ULL << 3)
#define PTE_NX        (1ULL << 63)
#define PTE_ADDRESS   0x000ffffffffff000ULL

/* CPUID can be slow (a hypervisor traps it), so it is asked once. */
static struct {
    bool known, has_nx, has_1gib, has_pat;
} features;

static void features_read(void)
{
    if (features.known)
        return;
    uint32_t extended = cpuid(0x80000001).edx;
    features.has_nx = extended & CPUID_EXT1_EDX_NX;
    features.has_1gib = extended & CPUID_EXT1_EDX_1GIB;
    features.has_pat = cpuid(1).edx & CPUID_1_EDX_PAT;
    features.known = true;
}

bool arch_mode_available(unsigned mode)
{
    return mode == LIMINE_PAGING_MODE_X86_64_4LVL ||
           (mode == LIMINE_PAGING_MODE_X86_64_5LVL && (cpuid(7).ecx & CPUID_7_ECX_LA57));
}

unsigned arch_mode_default(void)
{
    return LIMINE_PAGING_MODE_X86_64_4LVL;
}

unsigned arch_mode_max(void)
{
    return LIMINE_PAGING_MODE_X86_64_5LVL;
}

unsigned arch_mode_levels(unsigned mode)
{
    return mode == LIMINE_PAGING_MODE_X86_64_5LVL ? 5 : 4;
}

uint64_t arch_mode_hhdm(unsigned mode)
{
    return mode == LIMINE_PAGING_MODE_X86_64_5LVL ? 0xff00000000000000ULL : 0xffff800000000000ULL;
}

unsigned arch_leaf_level_max(void)
{
    features_read();
    return features.has_1gib ? 3 : 2;
}

uint64_t arch_entry_table(uint64_t table)
{
    return table | PTE_PRESENT | PTE_WRITE;
}

/* PAT entry 5 (write combining) is selected by PAT and PWT; see arch_core_setup(). */
uint64_t arch_entry_leaf(uint64_t address, unsigned flags, unsigned level)
{
    uint64_t entry = address | PTE_PRESENT;
    features_read();
    if (level > 1)
        entry |= PTE_LARGE;
    if (flags & MAP_WRITE)
        entry |= PTE_WRITE;
    if (!(flags & MAP_EXECUTE) && features.has_nx)
        entry |= PTE_NX;
    if ((flags & MAP_FRAMEBUFFER) && features.has_pat)
        entry |= PTE_PWT | (level > 1 ? PTE_PAT_LARGE : PTE_PAT_4K);
    return entry;
}

uint64_t arch_entry_target(uint64_t entry)
{
    return entry & PTE_ADDRESS;
}

bool arch_has_low_root(void)
{
    return false;
}

/* The trampoline loads CR3 with a 32-bit move. */
uint64_t arch_tables_limit(void)
{
    return 4 * GIB;
}
