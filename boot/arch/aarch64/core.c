/* This core: who it is, and how it waits. */
#include "arch/aarch64/cpu.h"
#include "core/arch.h"
#include "core/elf_format.h"

uint16_t arch_elf_machine(void)
{
    return ELF_MACHINE_AARCH64;
}

const char *arch_name(void)
{
    return "aarch64";
}

uint64_t arch_this_core(uint64_t told)
{
    (void)told;
    return read_register(mpidr_el1) & MPIDR_AFFINITY;
}

void arch_interrupts_off(void)
{
    __asm__ volatile("msr daifset, #0xf" ::: "memory");
}

void arch_delay_us(unsigned us)
{
    uint64_t begin = read_register(cntpct_el0);
    uint64_t ticks = read_register(cntfrq_el0) * us / 1000000;
    while (read_register(cntpct_el0) - begin < ticks)
        arch_relax();
}

void arch_relax(void)
{
    __asm__ volatile("yield");
}
