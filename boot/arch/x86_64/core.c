/* This core: who it is, and how it waits. */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"
#include "core/elf_format.h"

uint16_t arch_elf_machine(void)
{
    return ELF_MACHINE_X86_64;
}

const char *arch_name(void)
{
    return "x86-64";
}

/* The x2APIC id where there is a topology leaf, else the 8-bit initial APIC id. */
uint64_t arch_this_core(uint64_t told)
{
    struct cpuid topology = cpuid(0xb);
    (void)told;
    return topology.ebx & 0xffff ? topology.edx : cpuid(1).ebx >> 24;
}

void arch_interrupts_off(void)
{
    __asm__ volatile("cli" ::: "memory");
}

/* A write to the diagnostics port takes about a microsecond on every PC; it changes nothing. */
void arch_delay_us(unsigned us)
{
    while (us--)
        outb(0x80, 0);
}

void arch_relax(void)
{
    __asm__ volatile("pause");
}
