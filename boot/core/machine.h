/*
 * The machine as a front end found it: all that the core needs to know, from whatever source.
 *
 * Whoever fills it in owns the strings and tables that it points to; they stay valid and in memory
 * that the map calls bootloader-reclaimable (or, for firmware tables, the firmware's own).
 */
#ifndef BOOT_MACHINE_H
#define BOOT_MACHINE_H

#include "core/memmap.h"
#include "limine.h"

#define CORES_MAX 512

/* How a core that sleeps in the firmware is started. */
enum start_method {
    START_NONE,     /* can't be */
    START_SIPI,     /* x86_64: INIT and startup interrupts through the local APIC */
    START_PSCI_HVC, /* aarch64 */
    START_PSCI_SMC, /* aarch64 */
    START_SPIN,     /* aarch64: an address stored where the core looks for it */
    START_SBI,      /* riscv64: hart state management */
};

struct core {
    uint64_t id;           /* LAPIC id, MPIDR affinity, hart id */
    uint32_t processor_id; /* of ACPI, else 0 */
    uint64_t spin_address; /* for START_SPIN: physical, of the release word */
    enum start_method method;
};

struct boot_file {
    const void *data; /* page aligned, alone on its pages */
    uint64_t size;
    const char *path;    /* with a leading slash */
    const char *cmdline; /* never NULL */
    uint32_t partition_index;
    struct limine_uuid disk_uuid, partition_uuid;
};

/* The machine's clock, as far as the loader can read it. */
struct boot_time {
    bool known;
    int64_t seconds; /* since 1970 */
};

struct machine {
    struct memmap memmap;
    struct boot_file kernel;
    struct boot_file *modules;
    unsigned nr_modules;
    int paging_min, paging_max; /* from the configuration; -1: no limit */
    int64_t firmware_type;      /* LIMINE_FIRMWARE_TYPE_..., or -1 */
    uint64_t rsdp, smbios_32, smbios_64, efi_system_table; /* physical, 0: none */
    struct limine_efi_memmap_response efi_memmap;          /* physical; size 0: none */
    const void *dtb;                                       /* NULL: none */
    uint32_t dtb_size;
    struct limine_framebuffer framebuffer; /* physical; width 0: none */
    struct boot_time time;
    uint64_t boot_core; /* id of the core that runs the loader */
    bool has_hart_id;   /* riscv64: it is a hart's */
    unsigned nr_cores;  /* with the boot core */
    struct core cores[CORES_MAX];
    enum start_method psci; /* aarch64: how PSCI is called, or START_NONE */
    uint32_t psci_cpu_on;   /* its function number */
};

#endif
