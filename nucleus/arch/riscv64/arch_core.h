/* arch_core.h: what a core owns on riscv64. */
#ifndef ARCH_CORE_H
#define ARCH_CORE_H

#include "base.h"

struct arch_core {
    int32_t plic_context, aplic_idc; /* of this hart's supervisor mode, or -1 */
    phys_t imsic_phys;               /* its page of interrupt file; 0: none */
    uintptr_t imsic;                 /* the page, mapped */
    uintptr_t sswi;                  /* the register for software interrupts, mapped; 0: none */
};

#define ARCH_CORE_BOOT                                                                             \
    {                                                                                              \
        .plic_context = -1, .aplic_idc = -1                                                        \
    }

#endif
