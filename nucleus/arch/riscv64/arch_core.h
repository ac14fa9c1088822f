/* arch_core.h: what a core owns on riscv64. */
#ifndef ARCH_CORE_H
#define ARCH_CORE_H

#include "base.h"

struct arch_core {
    int32_t plic_context; /* of this hart's supervisor mode, or -1 */
};

#define ARCH_CORE_BOOT                                                                             \
    {                                                                                              \
        .plic_context = -1                                                                         \
    }

#endif
