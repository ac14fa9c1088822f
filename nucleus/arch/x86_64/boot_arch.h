/* boot_arch.h: where the boot protocol differs between architectures. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include "limine.h"

#define PAGING_MODE_WANTED   LIMINE_PAGING_MODE_X86_64_4LVL
#define MP_BOOT_ID(response) ((uint64_t)(response)->bsp_lapic_id)
#define MP_HW_ID(info)       ((uint64_t)(info)->lapic_id)

#endif
