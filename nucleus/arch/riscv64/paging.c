/* paging.c: satp, and fences. Source: RISC-V Privileged Architecture, 10.1.11, 10.2.1. */
#include "limine.h"
#include "machine.h"
#include "pte.h"
#include "sbi.h"

#define SATP_SV39       8ull /* Sv48 and Sv57 follow */
#define SATP_PPN        ((1ull << 44) - 1)
#define SATP_ASID_SHIFT 44
#define SATP_ASID       0xffffull
#define FLUSH_ALL_ABOVE (64 * PAGE_SIZE)

unsigned paging_levels = 4;
bool paging_has_svpbmt;
uint64_t core_entry_satp; /* what entry.S loads on the other cores */

/* Source: RISC-V Unprivileged ISA, "Zifencei" extension: what a hart stored, others fetch after its
 * fence and a FENCE.I of their own. */
bool code_is_coherent = false;

void arch_code_written(void *start, size_t size)
{
    (void)start;
    (void)size;
    __asm__ volatile("fence rw, rw" ::: "memory");
}

void arch_code_forget(void)
{
    __asm__ volatile(".option push; .option arch, +zifencei; fence.i; .option pop" ::: "memory");
}

/* In Sv39 the kernel's half is 256 GiB: the direct map has the lower 128, the dynamic range 64 of
 * the rest. */
void arch_paging_init(uint32_t loader_mode)
{
    paging_levels = 3 + loader_mode - LIMINE_PAGING_MODE_RISCV_SV39;
    paging_has_svpbmt = discovered.riscv.has_svpbmt;
    kspace_start = paging_levels == 3 ? 0xffffffe000000000 : 0xffffe00000000000;
    kspace_end = paging_levels == 3 ? 0xfffffff000000000 : 0xfffff00000000000;
}

void arch_paging_enter(phys_t root)
{
    core_entry_satp = (SATP_SV39 + paging_levels - 3) << 60 | root >> 12;
    /* SAFETY: the new tables map this code, this stack and the direct map at the same addresses. */
    __asm__ volatile("sfence.vma; csrw satp, %0; sfence.vma" ::"r"(core_entry_satp) : "memory");
}

static uint64_t satp_asids; /* bits of satp that a number can have */

static uint64_t current_asid(void)
{
    return CSR_READ(satp) >> SATP_ASID_SHIFT & SATP_ASID;
}

unsigned arch_asids_init(bool wanted)
{
    /* SAFETY: the tables stay the same; no entry of the kernel's belongs to a number. */
    CSR_WRITE(satp, core_entry_satp | SATP_ASID << SATP_ASID_SHIFT);
    satp_asids = wanted ? current_asid() : 0;
    CSR_WRITE(satp, core_entry_satp);
    __asm__ volatile("sfence.vma" ::: "memory");
    return (unsigned)satp_asids;
}

/* Entries of the kernel are global, and stay. Without numbers all spaces have 0. */
void arch_user_tables(phys_t root, unsigned asid, bool keeps)
{
    uint64_t number = asid & satp_asids;
    uint64_t satp = root ? (core_entry_satp & ~SATP_PPN) | root >> 12 : core_entry_satp;
    /* SAFETY: the tables have the kernel's half. */
    CSR_WRITE(satp, satp | number << SATP_ASID_SHIFT);
    if (!keeps)
        __asm__ volatile("sfence.vma x0, %0" ::"r"(number) : "memory");
}

void arch_flush_user(uintptr_t virt, size_t size)
{
    if (size > FLUSH_ALL_ABOVE)
        __asm__ volatile("sfence.vma x0, %0" ::"r"(current_asid()) : "memory");
    else
        arch_flush_local(virt, size);
}

void arch_flush_local(uintptr_t virt, size_t size)
{
    if (size > FLUSH_ALL_ABOVE) {
        __asm__ volatile("sfence.vma" ::: "memory");
        return;
    }
    for (uintptr_t at = virt; at < virt + size; at += PAGE_SIZE)
        __asm__ volatile("sfence.vma %0" ::"r"(at) : "memory");
}

/* The firmware interrupts the other harts at a level that is never masked here. */
bool arch_flush_broadcast(uintptr_t virt, size_t size)
{
    arch_flush_local(virt, size);
    return sbi_call(SBI_RFENCE, 1, 0, -1, (long)virt, (long)size).error == 0;
}
