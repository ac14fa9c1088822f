/*
 * The direct front end: QEMU's -kernel loads us, -initrd holds the kernel, -append its words.
 *
 * direct/main.c is the same everywhere; direct/ARCH/ says what the machine handed over.
 */
#ifndef BOOT_DIRECT_H
#define BOOT_DIRECT_H

#include "core/image.h"
#include "core/machine.h"

/* What there is besides struct machine. */
struct direct {
    const uint8_t *initrd;
    uint64_t initrd_size;  /* 0: none */
    const char *cmdline;   /* never NULL */
    uint64_t memory_limit; /* we can reach what is below */
    uint64_t clock, exit;  /* device addresses for arch_clock_read() and arch_stop() */
};

/*
 * Reads what the machine hands over. The map has memory, what the firmware reserves, the loader
 * itself as bootloader-reclaimable, and as MEMMAP_BORROWED what is read later (initrd, DTB).
 */
void direct_discover(struct machine *machine, struct direct *direct, uint64_t boot_core,
                     uint64_t information);

/* Called by start.S on a stack of ours. */
noreturn void direct_main(uint64_t boot_core, uint64_t information);

#endif
