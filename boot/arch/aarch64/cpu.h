/* Instructions of aarch64 that C has no words for. */
#ifndef BOOT_AARCH64_CPU_H
#define BOOT_AARCH64_CPU_H

#include "core/base.h"

#define read_register(name)                                                                        \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })

/* The exception level that runs this: 1 or 2. */
static inline unsigned current_level(void)
{
    return (unsigned)(read_register(CurrentEL) >> 2 & 3);
}

/* The MMU of the current level, and with it the data cache. */
static inline bool mmu_is_on(void)
{
    uint64_t control = current_level() == 2 ? read_register(sctlr_el2) : read_register(sctlr_el1);
    return control & 1;
}

/* Affinity fields of MPIDR_EL1: the other bits say how, not who (Arm ARM, MPIDR_EL1). */
#define MPIDR_AFFINITY 0xff00ffffffULL

#endif
