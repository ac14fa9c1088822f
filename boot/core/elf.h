/*
 * Kernels as ELF64 files: check, place, relocate.
 *
 * elf_open() looks at the file only; after it succeeded, the segments in struct elf_image are
 * known to be inside the file, in the top 2 GiB, disjoint, and free of pages that two segments
 * with different permissions share. elf_load() then needs nothing but memory.
 */
#ifndef BOOT_ELF_H
#define BOOT_ELF_H

#include "core/base.h"
#include "core/format.h"

#define ELF_SEGMENTS_MAX 16
#define KERNEL_BASE_MIN  0xffffffff80000000ULL

struct elf_part {
    uint64_t vaddr;         /* already with the slide */
    uint64_t memsz, filesz; /* bytes */
    uint64_t offset;        /* in the file */
    uint32_t flags;         /* ELF_READ, ELF_WRITE, ELF_EXECUTE */
};

struct elf_image {
    const char *name; /* of the file, for messages */
    const uint8_t *file;
    uint64_t file_size;
    uint64_t entry;                 /* virtual, with the slide */
    uint64_t slide;                 /* added to every address in the file */
    uint64_t virtual_base;          /* of the lowest page */
    uint64_t size;                  /* bytes from there, whole pages */
    uint64_t align;                 /* of the physical base */
    uint64_t dynamic, dynamic_size; /* virtual, with the slide; size 0: nothing to relocate */
    uint64_t physical_base;         /* set by elf_load() */
    unsigned nr_parts;
    struct elf_part parts[ELF_SEGMENTS_MAX];
};

/* Checks the file for a machine (ELF_MACHINE_...). Returns 0, or -1 with the reason. */
int elf_open(struct elf_image *image, const char *name, const void *file, uint64_t size,
             uint16_t machine, struct error *error);

/*
 * Copies and relocates the image to physical_base, which has room for image->size bytes, aligned
 * to image->align. Returns 0, or -1 when a relocation is damaged or unknown.
 */
int elf_load(struct elf_image *image, uint64_t physical_base, struct error *error);

/* Where nr_bytes at a virtual address lie once loaded; NULL when they aren't all in the image. */
void *elf_address(const struct elf_image *image, uint64_t vaddr, uint64_t nr_bytes);

/* Whether an executable segment holds the address. */
bool elf_executable(const struct elf_image *image, uint64_t vaddr);

#endif
