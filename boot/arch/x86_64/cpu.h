/* Instructions of x86_64 that C has no words for. */
#ifndef BOOT_X86_64_CPU_H
#define BOOT_X86_64_CPU_H

#include "core/base.h"

static inline void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline uint8_t inb(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/* All zero for a leaf that the CPU doesn't have. */
static inline struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid r, max;
    __asm__ volatile("cpuid"
                     : "=a"(max.eax), "=b"(max.ebx), "=c"(max.ecx), "=d"(max.edx)
                     : "a"(leaf & 0x80000000U), "c"(0));
    if (max.eax < leaf)
        return (struct cpuid){0, 0, 0, 0};
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(0));
    return r;
}

/* Feature bits (Intel SDM vol. 2, CPUID). */
#define CPUID_1_ECX_X2APIC     (1U << 21)
#define CPUID_1_ECX_HYPERVISOR (1U << 31)
#define CPUID_1_EDX_PAT        (1U << 16)
#define CPUID_7_ECX_LA57       (1U << 16)
#define CPUID_EXT1_EDX_NX      (1U << 20)
#define CPUID_EXT1_EDX_1GIB    (1U << 26)

#define MSR_APIC_BASE 0x1b
#define MSR_PAT       0x277

#endif
