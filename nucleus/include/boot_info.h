/* boot_info.h: what the loader handed over, copied out of its memory so that this can be reused. */
#ifndef NUCLEUS_BOOT_INFO_H
#define NUCLEUS_BOOT_INFO_H

#include "base.h"

#define BOOT_MEMORY_MAX  256
#define BOOT_MODULES_MAX 16
#define BOOT_PATH_MAX    128

struct boot_memory {
    phys_t base, end;
    uint32_t type; /* LIMINE_MEMMAP_* */
};

struct boot_module {
    phys_t base;
    uint64_t size_bytes;
    char path[BOOT_PATH_MAX];
    char string[BOOT_PATH_MAX];
};

struct boot_framebuffer {
    phys_t base;
    uint64_t width, height, pitch;
    uint16_t bpp;
    uint8_t red_shift, red_size, green_shift, green_size, blue_shift, blue_size;
};

struct boot_info {
    char loader[64];
    char command_line[2048];
    uint32_t base_revision;
    uint32_t paging_mode;
    uint32_t nr_memory, nr_modules;
    struct boot_memory memory[BOOT_MEMORY_MAX];
    struct boot_module module[BOOT_MODULES_MAX];
    struct boot_framebuffer framebuffer;   /* width 0: none */
    phys_t rsdp, smbios, efi_system_table; /* 0: none */
    phys_t dtb;
    uint64_t dtb_size;
    phys_t kernel_base;
    uintptr_t kernel_virtual;
    phys_t kernel_file;
    uint64_t kernel_file_size;
    int64_t boot_seconds; /* since 1970; 0: unknown */
    uint32_t nr_cores;
    bool el2_stub;
};

extern struct boot_info boot_info;
struct core;

/* Reads the responses. Panics when the loader does not speak the protocol. */
void boot_info_init(void);

/* The value of NAME=value or NAME="some words" on the kernel command line, copied; false when
 * absent. */
bool boot_option(const char *name, char *value, size_t size);

/* Takes a core out of the loader's parking loop, to core_main(core). Indexes are the loader's. */
void boot_start_core(uint32_t index, struct core *core);
uint64_t boot_core_hw_id(uint32_t index);
uint32_t boot_core_this(void); /* which one the boot core is */

/* Gives a range of the memory map another type (LIMINE_MEMMAP_*), whatever it was. */
void boot_set_memory(phys_t base, phys_t end, uint32_t type);

/* Gives the usable memory to the frame allocator; and the loader's, after every core has left it.
 */
void boot_add_memory(void);
void boot_reclaim(void);

/* Copies the device tree of `size` bytes out of the loader's memory. */
void boot_keep_dtb(uint64_t size);

#endif
