/*
 * Reading a ustar archive (POSIX.1-1988, pax utility, "ustar Interchange Format") in memory.
 *
 * Only regular files are shown; directories, links and extension headers are stepped over.
 */
#ifndef BOOT_USTAR_H
#define BOOT_USTAR_H

#include "core/base.h"
#include "core/format.h"

struct ustar {
    const uint8_t *archive;
    uint64_t size;
    uint64_t next; /* offset of the next header */
};

struct ustar_file {
    char path[260]; /* "/" and the name, a leading "./" or "/" taken off */
    const uint8_t *data;
    uint64_t size;
};

/* Whether the bytes begin with a ustar header. */
bool ustar_detect(const void *archive, uint64_t size);

void ustar_open(struct ustar *ustar, const void *archive, uint64_t size);

/* The next regular file: 1, or 0 at the archive's end, or -1 with what is damaged. */
int ustar_next(struct ustar *ustar, struct ustar_file *file, struct error *error);

#endif
