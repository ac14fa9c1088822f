/* Sv39, Sv48 and Sv57 (RISC-V Privileged Architecture, 4.4 to 4.6). */
#include "arch/riscv64/cpu.h"
#include "core/arch.h"

#define PTE_VALID          (1ULL << 0)
#define PTE_READ           (1ULL << 1)
#define PTE_WRITE          (1ULL << 2)
#define PTE_EXECUTE        (1ULL << 3)
#define PTE_ACCESSED       (1ULL << 6)
#define PTE_DIRTY          (1ULL << 7)
#define PTE_PPN(address)   ((address) >> 12 << 10)
#define PTE_ADDRESS(entry) ((entry) >> 10 << 12 & 0x00fffffffffff000ULL)

/* A root table whose lower half maps itself one to one: enough to run on while probing. */
static uint64_t probe_root[512] __attribute__((aligned(4096)));

static void build_probe_root(unsigned levels)
{
    for (unsigned i = 0; i < 256; i++)
        probe_root[i] = PTE_PPN((uint64_t)i << (12 + 9 * (levels - 1))) | PTE_VALID | PTE_READ |
                        PTE_WRITE | PTE_EXECUTE | PTE_ACCESSED | PTE_DIRTY;
}

/* A write of SATP with a mode that the hart doesn't have changes nothing (4.1.11). */
bool arch_mode_available(unsigned mode)
{
    if (mode > arch_mode_max())
        return false;
    build_probe_root(arch_mode_levels(mode));
    uint64_t wanted =
        (uint64_t)(SATP_MODE_SV39 + mode) << SATP_MODE_SHIFT | ptr_phys(probe_root) >> 12;
    uint64_t status, old = read_csr(satp), seen;
    __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(status)::"memory");
    __asm__ volatile("sfence.vma\n\tcsrw satp, %1\n\tsfence.vma\n\tcsrr %0, satp\n\t"
                     "csrw satp, %2\n\tsfence.vma"
                     : "=&r"(seen)
                     : "r"(wanted), "r"(old)
                     : "memory");
    __asm__ volatile("csrs sstatus, %0" ::"r"(status & SSTATUS_SIE) : "memory");
    return seen == wanted;
}

unsigned arch_mode_default(void)
{
    return LIMINE_PAGING_MODE_RISCV_SV48;
}

unsigned arch_mode_max(void)
{
    return LIMINE_PAGING_MODE_RISCV_SV57;
}

unsigned arch_mode_levels(unsigned mode)
{
    return 3 + mode;
}

/* The lowest address of the upper half. */
uint64_t arch_mode_hhdm(unsigned mode)
{
    return -1ULL << (11 + 9 * arch_mode_levels(mode));
}

unsigned arch_leaf_level_max(void)
{
    return 3;
}

uint64_t arch_entry_table(uint64_t table)
{
    return PTE_PPN(table) | PTE_VALID;
}

/* Accessed and dirty are set: a hart may raise a page fault where they are not. */
uint64_t arch_entry_leaf(uint64_t address, unsigned flags, unsigned level)
{
    uint64_t entry = PTE_PPN(address) | PTE_VALID | PTE_READ | PTE_ACCESSED | PTE_DIRTY;
    (void)level;
    if (flags & MAP_WRITE)
        entry |= PTE_WRITE;
    if (flags & MAP_EXECUTE)
        entry |= PTE_EXECUTE;
    return entry;
}

uint64_t arch_entry_target(uint64_t entry)
{
    return PTE_ADDRESS(entry);
}

bool arch_has_low_root(void)
{
    return false;
}

uint64_t arch_tables_limit(void)
{
    return UINT64_MAX;
}
