/* paging.c: the translation registers of EL1. Source: Arm ARM (DDI 0487), D8.
 *
 * The kernel's half is TTBR1's. TTBR0 has a user's tables and their number, or an empty table and
 * 0. */
#include "machine.h"
#include "panic.h"
#include "pte.h"

#define MAIR_NORMAL 0xffull /* write-back, read and write allocate */
#define MAIR_DEVICE 0x04ull /* nGnRE */
#define MAIR_GATHER 0x44ull /* not cacheable */
#define TCR_LOWER   0x40ffffull /* T0SZ to TG0; A1: the number is TTBR1's */
#define TCR_USER    0x3510ull /* 48 bits, 4 KiB granules, walks write-back and inner shareable */

#define FLUSH_ALL_ABOVE (64 * PAGE_SIZE)

unsigned mair_normal, mair_device, mair_gather;

/* What entry.S loads on the other cores. */
uint64_t core_entry_mair, core_entry_ttbr1;

#define CTR_IDC       (1ull << 28) /* data need no cleaning for fetches to find them */
#define CTR_DIC       (1ull << 29) /* nothing that was fetched needs to be forgotten */
#define CTR_VIPT      2            /* L1Ip: an address in the direct map finds not all lines */
#define CTR_LINE(ctr, bit) (4ul << ((ctr) >> (bit) & 0xf))

bool code_is_coherent;

/* Source: Arm ARM (DDI 0487), B2.4.4 (concurrent modification and execution), D7.5.9 (cache
 * maintenance), D24.2.34 (CTR_EL0). The inner shareable domain is all cores; each is synchronised
 * by the ERET into user mode. */
void arch_code_written(void *start, size_t size)
{
    uint64_t ctr = SYSREG_READ(ctr_el0);
    uintptr_t at, end = (uintptr_t)start + size;
    size_t data = CTR_LINE(ctr, 16), code = CTR_LINE(ctr, 0);
    for (at = (uintptr_t)start; !(ctr & CTR_IDC) && at < end; at += data)
        __asm__ volatile("dc cvau, %0" ::"r"(at) : "memory");
    __asm__ volatile("dsb ish" ::: "memory");
    if ((ctr >> 14 & 3) == CTR_VIPT)
        __asm__ volatile("ic ialluis" ::: "memory");
    else
        for (at = (uintptr_t)start; !(ctr & CTR_DIC) && at < end; at += code)
            __asm__ volatile("ic ivau, %0" ::"r"(at) : "memory");
    __asm__ volatile("dsb ish; isb" ::: "memory");
}

void arch_code_forget(void)
{
}

/* The loader's tables use its index for memory while ours take over, so both must agree on that
 * one. */
void arch_paging_init(uint32_t loader_mode)
{
    (void)loader_mode;
    uint64_t ctr = SYSREG_READ(ctr_el0);
    code_is_coherent = ctr & CTR_IDC && ctr & CTR_DIC;
    kspace_start = 0xffffe00000000000;
    kspace_end = 0xfffff00000000000;
    uint64_t mair = SYSREG_READ(mair_el1);
    while (mair_normal < 8 && (mair >> (8 * mair_normal) & 0xff) != MAIR_NORMAL)
        mair_normal++;
    if (mair_normal == 8)
        panic("paging: the loader's MAIR_EL1 (%lx) has no write-back memory", mair);
    mair_device = (mair_normal + 1) & 7;
    mair_gather = (mair_normal + 2) & 7;
    core_entry_mair = MAIR_NORMAL << 8 * mair_normal | MAIR_DEVICE << 8 * mair_device |
                      MAIR_GATHER << 8 * mair_gather;
}

static pte_t empty_table[512] __attribute__((aligned(4096)));
static phys_t empty_root;

void arch_paging_enter(phys_t root)
{
    struct mapping empty;
    if (paging_lookup((uintptr_t)empty_table, &empty))
        empty_root = empty.phys;
    core_entry_ttbr1 = root;
    SYSREG_WRITE(mair_el1, core_entry_mair);
    SYSREG_WRITE(tcr_el1, (SYSREG_READ(tcr_el1) & ~TCR_LOWER) | TCR_USER);
    /* SAFETY: the new tables map this code, this stack and the direct map at the same addresses. */
    __asm__ volatile("dsb ishst; msr ttbr0_el1, %1; msr ttbr1_el1, %0; isb; "
                     "tlbi vmalle1; dsb nsh; isb" ::"r"(root),
                     "r"(empty_root)
                     : "memory");
}

#define ASID_SHIFT 48
#define ASID_MAX   255 /* more where TCR_EL1.AS says so */

unsigned arch_asids_init(bool wanted)
{
    return wanted ? ASID_MAX : 0;
}

/* A number is forgotten while it is not in use. SAFETY: a user's half: nothing of the kernel's is
 * there. */
void arch_user_tables(phys_t root, unsigned asid, bool keeps)
{
    uint64_t number = (uint64_t)asid << ASID_SHIFT;
    if (!keeps)
        __asm__ volatile("msr ttbr0_el1, %0; isb; tlbi aside1, %1; dsb nsh" ::"r"(empty_root),
                         "r"(number)
                         : "memory");
    __asm__ volatile("dsb ishst; msr ttbr0_el1, %0; isb" ::"r"((root ? root : empty_root) | number)
                     : "memory");
}

void arch_flush_user(uintptr_t virt, size_t size)
{
    __asm__ volatile("dsb ishst" ::: "memory");
    if (size > FLUSH_ALL_ABOVE)
        __asm__ volatile("tlbi aside1, %0" ::"r"(SYSREG_READ(ttbr0_el1) >> ASID_SHIFT << ASID_SHIFT)
                         : "memory");
    else
        for (uintptr_t at = virt; at < virt + size; at += PAGE_SIZE)
            __asm__ volatile("tlbi vaae1, %0" ::"r"(at >> 12 & 0xfffffffffff) : "memory");
    __asm__ volatile("dsb nsh; isb" ::: "memory");
}

bool arch_flush_broadcast(uintptr_t virt, size_t size)
{
    __asm__ volatile("dsb ishst" ::: "memory");
    if (size > FLUSH_ALL_ABOVE)
        __asm__ volatile("tlbi vmalle1is" ::: "memory");
    else
        for (uintptr_t at = virt; at < virt + size; at += PAGE_SIZE)
            __asm__ volatile("tlbi vaae1is, %0" ::"r"(at >> 12 & 0xfffffffffff) : "memory");
    __asm__ volatile("dsb ish; isb" ::: "memory");
    return true;
}

void arch_flush_local(uintptr_t virt, size_t size)
{
    arch_flush_broadcast(virt, size);
}
