/*
 * Finding what the kernel asks for: the base revision tag and the requests in its loaded image.
 */
#ifndef BOOT_REQUESTS_H
#define BOOT_REQUESTS_H

#include "core/elf.h"
#include "limine.h"

/* The requests that we answer, in the order of the table in requests.c. */
enum request {
    REQUEST_BOOTLOADER_INFO,
    REQUEST_EXECUTABLE_CMDLINE,
    REQUEST_FIRMWARE_TYPE,
    REQUEST_STACK_SIZE,
    REQUEST_HHDM,
    REQUEST_FRAMEBUFFER,
    REQUEST_PAGING_MODE,
    REQUEST_MP,
    REQUEST_RISCV_BSP_HARTID,
    REQUEST_MEMMAP,
    REQUEST_ENTRY_POINT,
    REQUEST_EXECUTABLE_FILE,
    REQUEST_MODULE,
    REQUEST_RSDP,
    REQUEST_SMBIOS,
    REQUEST_EFI_SYSTEM_TABLE,
    REQUEST_EFI_MEMMAP,
    REQUEST_DTB,
    REQUEST_DATE_AT_BOOT,
    REQUEST_EXECUTABLE_ADDRESS,
    REQUEST_BACTRIAN_EL2,
    REQUEST_COUNT,
};

#define BASE_REVISION_MAX 3

struct requests {
    void *at[REQUEST_COUNT]; /* in the loaded image; NULL: not asked */
    unsigned revision;       /* base revision that we boot it with */
};

/*
 * Scans the loaded image and answers the base revision tag. Returns 0, or -1 when the same
 * request is there twice.
 */
int requests_find(struct requests *requests, const struct elf_image *image, struct error *error);

#endif
