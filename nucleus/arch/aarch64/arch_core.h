/* arch_core.h: what a core owns on aarch64. */
#ifndef ARCH_CORE_H
#define ARCH_CORE_H

#include "base.h"

struct arch_core {
    uintptr_t gicr;   /* GICv3: its redistributor's registers */
    phys_t gicr_phys; /* and where they are */
    bool has_its;     /* GICv3: an ITS's messages reach it */
    uint8_t gic_mask; /* GICv2: its bit in target lists */
};

#define ARCH_CORE_BOOT                                                                             \
    {                                                                                              \
        .gic_mask = 0                                                                              \
    }

#endif
