/*
 * limine.conf in the syntax of Limine 8.x (Limine, CONFIG.md), as far as it concerns us.
 *
 * What Limine knows and we have no use for is accepted and ignored; what nobody knows is an error
 * that names the line. README.md lists both.
 */
#ifndef BOOT_CONFIG_H
#define BOOT_CONFIG_H

#include "core/base.h"
#include "core/format.h"

#define CONFIG_ENTRIES_MAX  64
#define CONFIG_MODULES_MAX  256
#define CONFIG_TIMEOUT_NONE (-1) /* `timeout: no`: wait for ever */

struct config_module {
    const char *path, *cmdline; /* cmdline is never NULL */
    unsigned line;
};

/* "<width>x<height>[x<bpp>]"; width 0 when not given. */
struct config_resolution {
    unsigned width, height, bpp;
};

/* One "/title". A directory is an entry that the next one is deeper than. */
struct config_entry {
    const char *title;
    unsigned line, depth;
    bool directory;
    const char *comment;
    const char *protocol; /* NULL until given, like the next one */
    const char *kernel_path;
    const char *cmdline;  /* never NULL */
    const char *dtb_path; /* or NULL */
    unsigned kernel_line, dtb_line;
    struct config_resolution resolution;
    int paging_min, paging_max; /* LIMINE_PAGING_MODE_..., -1 when not given */
    unsigned first_module, nr_modules;
};

struct config {
    const char *name; /* of the file, for messages */
    int timeout_s;
    unsigned default_entry; /* from 1, counting what can be booted */
    bool quiet, verbose;
    unsigned nr_entries, nr_modules, nr_macros;
    struct config_entry entries[CONFIG_ENTRIES_MAX];
    struct config_module modules[CONFIG_MODULES_MAX];
    struct config_macro {
        const char *name, *value;
    } macros[64];
    char *next, *end; /* free part of the caller's storage */
};

/*
 * Parses a file's text; `arch` is what the macro ${ARCH} stands for. All strings in the result are
 * in `storage`, which has to outlive it; twice the text's size is enough unless macros expand to
 * more. Returns 0, or -1 with "NAME:LINE: ...".
 */
int config_parse(struct config *config, const char *name, const char *arch, const char *text,
                 size_t size, char *storage, size_t storage_size, struct error *error);

/* The nr-th entry (from 1) that can be booted, or NULL. */
const struct config_entry *config_bootable(const struct config *config, unsigned nr);

/*
 * Checks one entry just before it is booted: its protocol, that it names a kernel. Returns 0, or -1
 * with "NAME:LINE: ...".
 */
int config_check_entry(const struct config *config, const struct config_entry *entry,
                       struct error *error);

/*
 * The file's path on the boot volume, with a leading slash, of "boot():/...". NULL with a sentence
 * for every other resource, and for a path with a hash.
 */
const char *config_resolve(const struct config *config, const char *path, unsigned line,
                           struct error *error);

#endif
