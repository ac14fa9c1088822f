/* What a front end provides to the core, besides report.h's console_write() and machine_stop(). */
#ifndef BOOT_FRONTEND_H
#define BOOT_FRONTEND_H

#include "core/machine.h"

#define BOOT_NAME    "Bactrian boot"
#define BOOT_VERSION "1.0"

/*
 * Memory that the kernel will find under `type` in its map: whole pages, physical, ending at or
 * below `limit`, never 0. Only before boot_finish(). Stops the machine when there is none; `what`
 * is for the message.
 */
uint64_t front_alloc(uint64_t size, uint64_t align, uint64_t limit, uint32_t type,
                     const char *what);

/* Finds a module next to the kernel (a path within its directory). False when it isn't there. */
bool front_open_beside_kernel(const char *path, struct boot_file *file);

#define FRONT_ANYWHERE UINT64_MAX

/* The memory types of files: the kernel's own file is of little use once it is loaded. */
#define KERNEL_FILE_TYPE LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE
#define MODULE_TYPE      LIMINE_MEMMAP_EXECUTABLE_AND_MODULES

#endif
