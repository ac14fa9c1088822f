/* boot_arch.h: where the boot protocol differs between architectures. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include "limine.h"

#define PAGING_MODE_WANTED   LIMINE_PAGING_MODE_RISCV_SV48
#define MP_BOOT_ID(response) ((response)->bsp_hartid)
#define MP_HW_ID(info)       ((info)->hartid)

#endif
