/* boot_arch.h: where the boot protocol differs between architectures. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include "limine.h"

#define PAGING_MODE_WANTED   LIMINE_PAGING_MODE_AARCH64_4LVL
#define MP_BOOT_ID(response) ((response)->bsp_mpidr)
#define MP_HW_ID(info)       ((info)->mpidr)

#endif
