/* Cache maintenance by address, to the point of coherency (Arm ARM, D7.5). */
#include "arch/aarch64/cache.h"
#include "arch/aarch64/cpu.h"

void cache_settle(uint64_t base, uint64_t size)
{
    uint64_t line = 4ULL << (read_register(ctr_el0) >> 16 & 15); /* the smallest data line */
    bool cached = mmu_is_on();
    __asm__ volatile("dsb sy" ::: "memory");
    for (uint64_t at = ROUND_DOWN(base, line); at < base + size; at += line) {
        if (cached)
            __asm__ volatile("dc civac, %0" ::"r"(at) : "memory");
        else
            __asm__ volatile("dc ivac, %0" ::"r"(at) : "memory");
    }
    __asm__ volatile("dsb sy; ic iallu; dsb sy; isb" ::: "memory");
}
