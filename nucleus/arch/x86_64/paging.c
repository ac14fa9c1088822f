/* paging.c: turning page tables on, and forgetting what the TLB knows. */
#include "limine.h"
#include "machine.h"
#include "ports.h"
#include "pte.h"

unsigned paging_levels = 4, paging_largest_level = 1;

#define CR0_WP    (1ull << 16)
#define CR4_PGE   (1ull << 7)
#define CR4_UMIP  (1ull << 11)
#define CR4_PCIDE (1ull << 17)
#define CR4_SMEP  (1ull << 20)
#define CR4_SMAP  (1ull << 21)
#define EFER_NXE  (1ull << 11)
#define PAT_VALUE 0x0000010500070406ull /* 0 WB, 1 WT, 2 UC-, 3 UC, 4 WP, 5 WC */

#define CR3_KEEPS (1ull << 63)
#define PCID_MAX  0xfff

#define FLUSH_ALL_ABOVE (32 * PAGE_SIZE)

static uint64_t cr4_read(void)
{
    uint64_t cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    return cr4;
}

/* SAFETY: only bits whose features CPUID announces are set by the callers. */
static void cr4_write(uint64_t cr4)
{
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4) : "memory");
}

bool code_is_coherent = true; /* Intel SDM volume 3, 8.1.3, 11.6 */

void arch_code_written(void *start, size_t size)
{
    (void)start;
    (void)size;
}

void arch_code_forget(void)
{
}

void arch_paging_init(uint32_t loader_mode)
{
    paging_levels = loader_mode == LIMINE_PAGING_MODE_X86_64_5LVL ? 5 : 4;
    if (cpuid(0x80000001, 0).d & 1u << 26)
        paging_largest_level = 2;
    kspace_start = 0xffffe00000000000;
    kspace_end = 0xfffff00000000000;
}

bool smap_is_on; /* for entry.S */

static void enable_features(void)
{
    uint64_t cr4 = cr4_read() | CR4_PGE;
    struct cpuid features = cpuid(0, 0).a >= 7 ? cpuid(7, 0) : (struct cpuid){0};
    cr4 |= features.b & 1u << 7 ? CR4_SMEP : 0;
    cr4 |= features.b & 1u << 20 ? CR4_SMAP : 0;
    cr4 |= features.c & 1u << 2 ? CR4_UMIP : 0;
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE);
    msr_write(MSR_PAT, PAT_VALUE);
    cr4_write(cr4);
    smap_is_on = cr4 & CR4_SMAP;
    uint64_t cr0;
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0" ::"r"(cr0 | CR0_WP) : "memory");
}

phys_t core_entry_root; /* what entry.S loads on the other cores */

void arch_paging_enter(phys_t root)
{
    core_entry_root = root;
    enable_features();
    /* SAFETY: the new tables map this code, this stack and the direct map at the same addresses. */
    __asm__ volatile("mov %0, %%cr3" ::"r"(root) : "memory");
}

static bool pcid_is_on;

unsigned arch_asids_init(bool wanted)
{
    pcid_is_on = wanted && cpuid(1, 0).c & 1u << 17;
    if (pcid_is_on)
        cr4_write(cr4_read() | CR4_PCIDE); /* CR3 has number 0, as it must */
    return pcid_is_on ? PCID_MAX : 0;
}

/* Source: Intel SDM volume 3, 4.10.4.1. Entries of the kernel are global, and stay; without PCIDs
 * all others go. */
void arch_user_tables(phys_t root, unsigned asid, bool keeps)
{
    uint64_t cr3 = root ? root : core_entry_root;
    if (pcid_is_on)
        cr3 |= asid | (keeps ? CR3_KEEPS : 0);
    /* SAFETY: the tables have the kernel's half. */
    __asm__ volatile("mov %0, %%cr3" ::"r"(cr3) : "memory");
}

void arch_flush_user(uintptr_t virt, size_t size)
{
    if (size <= FLUSH_ALL_ABOVE) {
        arch_flush_local(virt, size);
        return;
    }
    uint64_t cr3;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(cr3)::"memory"); /* all of the number */
}

void arch_flush_local(uintptr_t virt, size_t size)
{
    if (size > FLUSH_ALL_ABOVE) {
        uint64_t cr4 = cr4_read();
        cr4_write(cr4 & ~CR4_PGE); /* drops global entries too */
        cr4_write(cr4);
        return;
    }
    for (uintptr_t at = virt; at < virt + size; at += PAGE_SIZE)
        __asm__ volatile("invlpg (%0)" ::"r"(at) : "memory");
}

bool arch_flush_broadcast(uintptr_t virt, size_t size)
{
    (void)virt;
    (void)size;
    return false;
}
