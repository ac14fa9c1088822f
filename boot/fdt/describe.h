/*
 * What a device tree says about the machine, as far as a loader asks: memory, cores, boot
 * arguments, and the few devices that it touches itself.
 */
#ifndef BOOT_FDT_DESCRIBE_H
#define BOOT_FDT_DESCRIBE_H

#include "core/machine.h"
#include "fdt/fdt.h"

/* Devices by "compatible"; physical address of the first register window, 0 when absent. */
enum fdt_device {
    FDT_PL011,        /* arm,pl011 */
    FDT_PL031,        /* arm,pl031 */
    FDT_GOLDFISH_RTC, /* google,goldfish-rtc */
    FDT_SIFIVE_TEST,  /* sifive,test0 */
    FDT_NR_DEVICES,
};

struct fdt_machine {
    uint64_t initrd_start, initrd_end; /* both 0 when there is none */
    const char *bootargs;              /* "" when absent */
    uint64_t boot_hart;
    bool has_boot_hart;
    uint64_t devices[FDT_NR_DEVICES];
};

/* Fills `found` in. */
void fdt_describe(const struct fdt *fdt, struct fdt_machine *found);

/* Adds the tree's cores and how they start; machine->boot_core must be set. */
void fdt_add_cores(const struct fdt *fdt, struct machine *machine);

/* Adds the memory that the tree describes, or reserves, to the map. */
void fdt_add_memory(const struct fdt *fdt, struct memmap *map);
void fdt_add_reserved(const struct fdt *fdt, struct memmap *map);

#endif
