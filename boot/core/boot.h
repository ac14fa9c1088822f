/*
 * The loader's two halves. A front end fills in a struct machine, calls boot_begin() while the
 * firmware still gives memory, then makes the memory map final and calls boot_finish().
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include "core/elf.h"
#include "core/handover.h"
#include "core/machine.h"
#include "core/requests.h"

struct kernel {
    struct elf_image image;
    struct requests requests;
    unsigned mode; /* LIMINE_PAGING_MODE_... */
    uint64_t stack_size;
    struct boot_file *modules; /* internal ones first, then the machine's */
    unsigned nr_modules;
    struct paging paging;
    struct arena arena;
};

/*
 * Loads machine->kernel and takes all memory that is still needed. The machine's memory map must
 * be roughly right, its cores known. Stops the machine with a message when the kernel is damaged.
 */
void boot_begin(struct kernel *kernel, struct machine *machine);

/*
 * Builds page tables and answers, starts the other cores and enters the kernel. The memory map is
 * final: what front_alloc() gave has its type, the firmware is gone.
 */
noreturn void boot_finish(struct kernel *kernel, struct machine *machine);

#endif
