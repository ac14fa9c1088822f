/* This hart: who it is, and how it waits. */
#include "arch/riscv64/cpu.h"
#include "core/arch.h"
#include "core/elf_format.h"

uint16_t arch_elf_machine(void)
{
    return ELF_MACHINE_RISCV;
}

const char *arch_name(void)
{
    return "riscv64";
}

/* Supervisor mode can't read mhartid. */
uint64_t arch_this_core(uint64_t told)
{
    return told;
}

void arch_interrupts_off(void)
{
    __asm__ volatile("csrci sstatus, 2\n\tcsrw sie, zero" ::: "memory");
}

/* 10 MHz is QEMU's and a common timebase; with another one the wait is longer or shorter. */
#define TICKS_PER_US 10

void arch_delay_us(unsigned us)
{
    uint64_t begin = read_csr(time);
    while (read_csr(time) - begin < (uint64_t)us * TICKS_PER_US)
        arch_relax();
}

/* The hint PAUSE of Zihintpause, a fence without effect elsewhere. */
void arch_relax(void)
{
    __asm__ volatile(".insn 0x0100000f");
}
