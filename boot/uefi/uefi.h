/* What the files of the UEFI front end share. */
#ifndef BOOT_UEFI_H
#define BOOT_UEFI_H

#include "core/boot.h"
#include "core/machine.h"
#include "fdt/describe.h"
#include "uefi/config.h"
#include "uefi/efi.h"

/* The firmware, from entry on; `boot_services` is NULL once they have been left. */
struct firmware {
    efi_handle image;
    struct efi_system_table *system_table;
    struct efi_boot_services *boot_services;
    struct efi_runtime_services *runtime_services;
};

extern struct firmware firmware;

/* ---- files.c ----------------------------------------------------------------------------- */

/* Opens the volume that the loader came from. */
void files_open(void);

/*
 * Reads a whole file ("/dir/name") into pages of its own that the kernel will find under that type.
 * False when there is no such file; any other problem stops the machine.
 */
bool file_read(const char *path, uint32_t type, struct boot_file *file);

/* Like file_read(), for text of ours: into memory that the kernel may reclaim. */
bool file_read_text(const char *path, const char **text, uint64_t *size);

/* ---- memory.c ---------------------------------------------------------------------------- */

/* Fills in the machine's map from the firmware's, with what front_alloc() gave so far. */
void memory_read(struct machine *machine);

/* Leaves the boot services; machine->efi_memmap and the machine's map are final afterwards. */
void memory_exit(struct machine *machine);

/* ---- tables.c ---------------------------------------------------------------------------- */

/* Finds the firmware's device tree, if there is one. Comes first: machine_stop() uses it. */
void tables_open(struct machine *machine);

/* Fills in firmware tables, cores and the boot core. */
void tables_discover(struct machine *machine);

/* Takes this device tree in place of the firmware's. Its cores don't count. */
void tables_replace_dtb(struct machine *machine, const void *blob, uint64_t size);

/* Adds what the firmware's device tree reserves. */
void tables_add_reserved(struct memmap *map);

/* Address of a device that the firmware's device tree describes, or 0. */
uint64_t tables_device(enum fdt_device device);
uint64_t tables_clock(void);

/* ---- graphics.c -------------------------------------------------------------------------- */

/* Sets the mode and describes the framebuffer and all modes; nothing without graphics. */
void graphics_discover(struct machine *machine, const struct config_resolution *wanted);

/* ---- clock.c ----------------------------------------------------------------------------- */

void clock_read(struct boot_time *time);

/* ---- menu.c ------------------------------------------------------------------------------ */

/* Lets the user choose where the timeout says so. */
const struct config_entry *menu_choose(const struct config *config);

/* ---- main.c ------------------------------------------------------------------------------ */

/* Called by the firmware; never returns. */
efi_status EFIAPI efi_main(efi_handle image, struct efi_system_table *table);

#endif
