/*
 * A kernel whose only purpose is to look at what a Limine-protocol loader gave it.
 *
 * Each promise of the protocol is one check() with a name. Checks are grouped in files by what they
 * are about; main.c runs the groups. The command line says what the runner expects (see word()).
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limine.h"

#define PAGE       4096ULL
#define STACK_SIZE (128 * 1024ULL)

#ifndef REVISION
#define REVISION 3
#endif

/* ---- main.c ------------------------------------------------------------------------------ */

/* Prints "ok NAME", or "FAIL NAME" with two numbers that tell why. */
void check_values(bool good, const char *name, uint64_t a, uint64_t b);
#define check(good, name)       check_values((good), (name), 0, 0)
#define check_equal(a, b, name) check_values((uint64_t)(a) == (uint64_t)(b), name, a, b)

void print(const char *text);
void print_number(uint64_t value, unsigned base);

/* The value of "name=value" on the command line, or NULL. word_number() gives `otherwise` then. */
const char *word(const char *name);
uint64_t word_number(const char *name, uint64_t otherwise);

bool string_equal(const char *a, const char *b);
bool bytes_equal(const void *a, const void *b, size_t nr_bytes);

/* Whether our own loader booted us, and with which base revision whoever did. */
extern bool own_loader;
extern unsigned revision;

/* ---- requests.c -------------------------------------------------------------------------- */

extern volatile uint64_t base_revision[3];
extern volatile struct limine_bootloader_info_request bootloader_info;
extern volatile struct limine_executable_cmdline_request cmdline_request;
extern volatile struct limine_firmware_type_request firmware_type;
extern volatile struct limine_stack_size_request stack_size;
extern volatile struct limine_hhdm_request hhdm;
extern volatile struct limine_framebuffer_request framebuffer;
extern volatile struct limine_paging_mode_request paging_mode;
extern volatile struct limine_mp_request mp;
extern volatile struct limine_riscv_bsp_hartid_request bsp_hartid;
extern volatile struct limine_memmap_request memmap;
extern volatile struct limine_entry_point_request entry_point;
extern volatile struct limine_executable_file_request executable_file;
extern volatile struct limine_module_request module;
extern volatile struct limine_rsdp_request rsdp;
extern volatile struct limine_smbios_request smbios;
extern volatile struct limine_efi_system_table_request efi_system_table;
extern volatile struct limine_efi_memmap_request efi_memmap;
extern volatile struct limine_dtb_request dtb;
extern volatile struct limine_date_at_boot_request date_at_boot;
extern volatile struct limine_executable_address_request executable_address;
extern volatile struct limine_bactrian_el2_request el2;
extern volatile struct limine_bootloader_info_request outside_markers;

/* ---- memory.c ---------------------------------------------------------------------------- */

void check_memory(void);

uint64_t hhdm_to_phys(const volatile void *pointer);
uint64_t image_to_phys(const volatile void *pointer);
/* Type of the entry that holds all bytes from the physical address on, or -1. */
int64_t memory_type(uint64_t address, uint64_t size);
/* That an object lies in the HHDM, in memory of that type. */
bool is_in(const volatile void *pointer, uint64_t size, uint64_t type);
/* The same for a string with its terminator. */
bool string_is_in(const char *string, uint64_t type);

/* ---- pages.c ----------------------------------------------------------------------------- */

struct mapping {
    bool present, writable, executable;
    uint64_t physical, size; /* of the page that holds the address */
};

struct mapping walk(uint64_t address);
void check_pages(void);

/* Makes any physical memory visible, one window at a time, as device memory. */
volatile void *peek(uint64_t physical);

/* ---- files.c, tables.c, other.c, mp.c, state.c ------------------------------------------- */

void check_files(void);
void check_tables(void);
void check_other(void);
void check_cores(void);

/* Registers as they were at entry: filled in by entry.S. `general` in the ABI's numbering. */
struct entry_state {
    uint64_t general[32];
    uint64_t stack, flags;
};

extern struct entry_state boot_state;

/* ---- ARCH/ ------------------------------------------------------------------------------- */

void arch_console_open(void);
void arch_console_put(char c);
_Noreturn void arch_exit(bool good);

/* Checks one core's entry state; `argument` is what its first argument must be. Silent: a count. */
unsigned arch_state_errors(const struct entry_state *state, uint64_t argument);
/* The rest of what the protocol says about the boot core, one check() each. */
void arch_check_state(void);
void arch_check_more(void);

uint64_t arch_table_root(uint64_t address);
unsigned arch_table_levels(void);
/* Takes an entry apart. Returns false when it isn't present. */
bool arch_entry(uint64_t entry, unsigned level, bool *leaf, struct mapping *mapping);
uint64_t arch_make_table(uint64_t physical);
uint64_t arch_make_device(uint64_t physical);
/* Physical address of the table at whose entry 1 peek() puts its own; flush afterwards. */
uint64_t arch_peek_root(void);
void arch_flush(void);

uint64_t arch_core_id(const struct limine_mp_info *info);
uint64_t arch_boot_core_id(void);

/* In entry.S: where other cores begin. Their extra_argument is a struct entry_state. */
void core_entry(struct limine_mp_info *info);
/* Called from there. */
_Noreturn void core_main(struct entry_state *state, struct limine_mp_info *info);

#endif
