/*
 * The Limine boot protocol as Bactrian speaks it: what a kernel asks and what a loader answers.
 *
 * Both sides include this file: boot/ (which produces the protocol) and nucleus/ (which consumes
 * it). Facts are from the protocol's specification, PROTOCOL.md of Limine 8.x and of the later
 * limine-protocol text for base revision 3 and for today's names (MP, executable, date at boot).
 *
 * How it works: the kernel image holds requests, 8-byte aligned objects that begin with four
 * magic words. The loader finds them in the loaded image and stores the address of an answer in
 * `response`, or leaves the field alone when it can't answer. Answers and all that they point to
 * lie in bootloader-reclaimable memory and are named by HHDM addresses, unless a field's comment
 * says "physical".
 *
 * Three fields depend on the base revision: RSDP, SMBIOS and EFI system table addresses are
 * physical from base revision 3 on and HHDM addresses before. They are `uint64_t` here so that
 * nobody dereferences one by accident; `address >= hhdm_offset` tells the two apart.
 */
#ifndef LIMINE_H
#define LIMINE_H

#include <stdint.h>

/* ---- base revision and delimiters ------------------------------------------------------- */

/*
 * The base revision tag: `uint64_t tag[3] = LIMINE_BASE_REVISION(3);`. A kernel without one asks
 * for revision 0. A loader that knows the revision sets tag[2] to 0, else leaves it unchanged. A
 * loader that knows revision 3 also stores the revision that it used in tag[1]; Limine 8.2 and
 * earlier know 0 to 2 and leave tag[1] alone.
 *
 * What a revision changes for the kernel:
 *   0     identity map of the first 4 GiB and of all memory; HHDM maps the same.
 *   1, 2  no identity map; above 4 GiB the HHDM leaves out reserved and bad memory.
 *   3     the HHDM maps only usable, bootloader-reclaimable, executable-and-modules and
 *         framebuffer memory; page 0 may be usable; RSDP, SMBIOS, EFI system table are physical.
 */
#define LIMINE_BASE_REVISION_MAGIC_0 0xf9562b2d5c95a6c8ULL
#define LIMINE_BASE_REVISION_MAGIC_1 0x6a7b384944536bdcULL
/* clang-format off */
#define LIMINE_BASE_REVISION(n) {LIMINE_BASE_REVISION_MAGIC_0, LIMINE_BASE_REVISION_MAGIC_1, (n)}
/* clang-format on */

#define LIMINE_BASE_REVISION_SUPPORTED(tag)    ((tag)[2] == 0)
#define LIMINE_LOADED_BASE_REVISION_VALID(tag) ((tag)[1] != LIMINE_BASE_REVISION_MAGIC_1)
#define LIMINE_LOADED_BASE_REVISION(tag)       ((tag)[1])

/* Requests (and the tag) count only between the last start marker and the first end marker. */
/* clang-format off */
#define LIMINE_REQUESTS_START_MARKER                                                               \
    {0xf6b8f4b39de7d1aeULL, 0xfab91a6940fcb9cfULL, 0x785c6ed015d3e316ULL, 0x181e920a7852b9d9ULL}
#define LIMINE_REQUESTS_END_MARKER {0xadc0e0531bb10d03ULL, 0x9572709f31764c62ULL}
/* clang-format on */

/* The first two of the four words that every request begins with. */
#define LIMINE_COMMON_MAGIC_0 0xc7b1dd30df4c8b88ULL
#define LIMINE_COMMON_MAGIC_1 0x0a82e883a194f07bULL
/* clang-format off */
#define LIMINE_ID(a, b)       {LIMINE_COMMON_MAGIC_0, LIMINE_COMMON_MAGIC_1, a, b}
/* clang-format on */

/* What all requests have in common: the loader's view of one that it has only just found. */
struct limine_request {
    uint64_t id[4];
    uint64_t revision; /* of the request; a higher one than the loader knows is taken as its own */
    void *response;
};

/* ---- bootloader info --------------------------------------------------------------------- */

#define LIMINE_BOOTLOADER_INFO_REQUEST LIMINE_ID(0xf55038d8e2a1202fULL, 0x279426fcf5f59740ULL)

struct limine_bootloader_info_response {
    uint64_t revision;
    char *name; /* 0-terminated */
    char *version;
};

struct limine_bootloader_info_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_bootloader_info_response *response;
};

/* ---- executable command line (newer than Limine 8.2: also in limine_file.cmdline) -------- */

#define LIMINE_EXECUTABLE_CMDLINE_REQUEST LIMINE_ID(0x4b161536e598651eULL, 0xb390ad4a2f1f303aULL)

struct limine_executable_cmdline_response {
    uint64_t revision;
    char *cmdline; /* 0-terminated, never NULL */
};

struct limine_executable_cmdline_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_executable_cmdline_response *response;
};

/* ---- firmware type ----------------------------------------------------------------------- */

#define LIMINE_FIRMWARE_TYPE_REQUEST LIMINE_ID(0x8c2f75d90bef28a8ULL, 0x7045a4688eac00c3ULL)

#define LIMINE_FIRMWARE_TYPE_X86BIOS 0 /* also our direct front end on x86_64 */
#define LIMINE_FIRMWARE_TYPE_EFI32   1
#define LIMINE_FIRMWARE_TYPE_EFI64   2
#define LIMINE_FIRMWARE_TYPE_SBI     3 /* our direct front end on riscv64 */
/* aarch64's direct front end has no value in the protocol: it gives no response. */

struct limine_firmware_type_response {
    uint64_t revision;
    uint64_t firmware_type;
};

struct limine_firmware_type_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_firmware_type_response *response;
};

/* ---- stack size -------------------------------------------------------------------------- */

#define LIMINE_STACK_SIZE_REQUEST LIMINE_ID(0x224ef0460a8e8926ULL, 0xe1cb0fc25f46ea3dULL)

struct limine_stack_size_response {
    uint64_t revision;
};

struct limine_stack_size_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_stack_size_response *response;
    uint64_t stack_size; /* bytes, of every core's stack; never less than 64 KiB is given */
};

/* ---- higher half direct map -------------------------------------------------------------- */

#define LIMINE_HHDM_REQUEST LIMINE_ID(0x48dcf1cb8ad2b852ULL, 0x63984e959a98244bULL)

struct limine_hhdm_response {
    uint64_t revision;
    uint64_t offset; /* virtual = physical + offset */
};

struct limine_hhdm_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_hhdm_response *response;
};

/* ---- framebuffer ------------------------------------------------------------------------- */

#define LIMINE_FRAMEBUFFER_REQUEST LIMINE_ID(0x9d5827dcd881dd75ULL, 0xa3148604f6fab11bULL)

#define LIMINE_FRAMEBUFFER_RGB 1 /* the only memory_model */

struct limine_video_mode {
    uint64_t pitch; /* bytes from one row to the next */
    uint64_t width; /* pixels */
    uint64_t height;
    uint16_t bpp; /* bits per pixel */
    uint8_t memory_model;
    uint8_t red_mask_size; /* bits; its lowest bit is at red_mask_shift */
    uint8_t red_mask_shift;
    uint8_t green_mask_size;
    uint8_t green_mask_shift;
    uint8_t blue_mask_size;
    uint8_t blue_mask_shift;
};

struct limine_framebuffer {
    void *address;
    uint64_t width;
    uint64_t height;
    uint64_t pitch;
    uint16_t bpp;
    uint8_t memory_model;
    uint8_t red_mask_size;
    uint8_t red_mask_shift;
    uint8_t green_mask_size;
    uint8_t green_mask_shift;
    uint8_t blue_mask_size;
    uint8_t blue_mask_shift;
    uint8_t unused[7];
    uint64_t edid_size;
    void *edid; /* NULL when there is none */
    /* response revision 1 */
    uint64_t mode_count;
    struct limine_video_mode **modes;
};

struct limine_framebuffer_response {
    uint64_t revision;
    uint64_t framebuffer_count;
    struct limine_framebuffer **framebuffers;
};

struct limine_framebuffer_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_framebuffer_response *response; /* untouched without a framebuffer */
};

/* ---- paging mode ------------------------------------------------------------------------- */

#define LIMINE_PAGING_MODE_REQUEST LIMINE_ID(0x95c1a0edab0944cbULL, 0xa4e5cb3842f7488aULL)

#define LIMINE_PAGING_MODE_X86_64_4LVL  0
#define LIMINE_PAGING_MODE_X86_64_5LVL  1
#define LIMINE_PAGING_MODE_AARCH64_4LVL 0
#define LIMINE_PAGING_MODE_AARCH64_5LVL 1
#define LIMINE_PAGING_MODE_RISCV_SV39   0
#define LIMINE_PAGING_MODE_RISCV_SV48   1 /* the default on riscv64; 4 levels elsewhere */
#define LIMINE_PAGING_MODE_RISCV_SV57   2

struct limine_paging_mode_response {
    uint64_t revision;
    uint64_t mode; /* the one that is on */
};

/*
 * The loader picks `mode` if it can, else the nearest one it has from min_mode to max_mode, else it
 * refuses to boot. Without a request: mode = max_mode = the default, min_mode = the lowest. A
 * request of revision 0 has neither limit: max_mode = mode, min_mode = the lowest.
 */
struct limine_paging_mode_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_paging_mode_response *response;
    uint64_t mode;
    /* request revision 1 */
    uint64_t max_mode;
    uint64_t min_mode;
};

/* ---- multiprocessor ---------------------------------------------------------------------- */

#define LIMINE_MP_REQUEST LIMINE_ID(0x95a67b819a1b857eULL, 0xa0b61b723b6a73e0ULL)

#define LIMINE_MP_X2APIC (1 << 0) /* request: enable it if possible; response: it is enabled */

struct limine_mp_info;

/*
 * Storing a function's address in a core's goto_address makes that core jump there, with the
 * state that the boot core had at entry, its own stack, and its limine_mp_info as first argument.
 * Store `extra_argument` first and use a release store for the address.
 */
typedef void (*limine_goto_address)(struct limine_mp_info *);

#if defined(__x86_64__)
struct limine_mp_info {
    uint32_t processor_id; /* ACPI processor UID */
    uint32_t lapic_id;
    uint64_t reserved;
    limine_goto_address goto_address; /* NULL at entry; unused for the boot core */
    uint64_t extra_argument;          /* free for the kernel */
};

struct limine_mp_response {
    uint64_t revision;
    uint32_t flags;
    uint32_t bsp_lapic_id;
    uint64_t cpu_count; /* with the boot core, which is among `cpus` too */
    struct limine_mp_info **cpus;
};
#elif defined(__aarch64__)
struct limine_mp_info {
    uint32_t processor_id; /* ACPI processor UID; 0 when a device tree describes the machine */
    uint32_t reserved1;
    uint64_t mpidr; /* affinity fields only */
    uint64_t reserved;
    limine_goto_address goto_address;
    uint64_t extra_argument;
};

struct limine_mp_response {
    uint64_t revision;
    uint64_t flags; /* 0 */
    uint64_t bsp_mpidr;
    uint64_t cpu_count;
    struct limine_mp_info **cpus;
};
#elif defined(__riscv) && __riscv_xlen == 64
struct limine_mp_info {
    uint64_t processor_id; /* ACPI processor UID; 0 when a device tree describes the machine */
    uint64_t hartid;
    uint64_t reserved;
    limine_goto_address goto_address;
    uint64_t extra_argument;
};

struct limine_mp_response {
    uint64_t revision;
    uint64_t flags; /* 0 */
    uint64_t bsp_hartid;
    uint64_t cpu_count;
    struct limine_mp_info **cpus;
};
#else
#error "limine.h: x86_64, aarch64 or riscv64 only"
#endif

struct limine_mp_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_mp_response *response; /* also on a machine with one core */
    uint64_t flags;
};

/* ---- RISC-V boot hart -------------------------------------------------------------------- */

#define LIMINE_RISCV_BSP_HARTID_REQUEST LIMINE_ID(0x1369359f025525f9ULL, 0x2ff2a56178391bb6ULL)

struct limine_riscv_bsp_hartid_response {
    uint64_t revision;
    uint64_t bsp_hartid;
};

struct limine_riscv_bsp_hartid_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_riscv_bsp_hartid_response *response; /* untouched on other architectures */
};

/* ---- memory map -------------------------------------------------------------------------- */

#define LIMINE_MEMMAP_REQUEST LIMINE_ID(0x67cf3d9d378a806fULL, 0xe304acdfc50c3c62ULL)

#define LIMINE_MEMMAP_USABLE                 0
#define LIMINE_MEMMAP_RESERVED               1
#define LIMINE_MEMMAP_ACPI_RECLAIMABLE       2
#define LIMINE_MEMMAP_ACPI_NVS               3
#define LIMINE_MEMMAP_BAD_MEMORY             4
#define LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE 5
#define LIMINE_MEMMAP_EXECUTABLE_AND_MODULES 6
#define LIMINE_MEMMAP_FRAMEBUFFER            7

struct limine_memmap_entry {
    uint64_t base;   /* physical */
    uint64_t length; /* bytes */
    uint64_t type;
};

/*
 * Entries are sorted by base. Usable and bootloader-reclaimable ones are whole 4 KiB pages and
 * overlap with nothing. Bootloader-reclaimable memory holds the answers themselves, the boot page
 * tables, the boot stacks, the x86 GDT and the parked cores' code: it is free once none of these is
 * in use any more.
 */
struct limine_memmap_response {
    uint64_t revision;
    uint64_t entry_count;
    struct limine_memmap_entry **entries;
};

struct limine_memmap_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_memmap_response *response;
};

/* ---- entry point ------------------------------------------------------------------------- */

#define LIMINE_ENTRY_POINT_REQUEST LIMINE_ID(0x13d86c035a1cd3e1ULL, 0x2b0caa89d8f3026aULL)

typedef void (*limine_entry_point)(void);

struct limine_entry_point_response {
    uint64_t revision;
};

struct limine_entry_point_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_entry_point_response *response;
    limine_entry_point entry; /* entered in place of the ELF header's e_entry */
};

/* ---- files: executable and modules ------------------------------------------------------- */

struct limine_uuid {
    uint32_t a;
    uint16_t b;
    uint16_t c;
    uint8_t d[8];
};

#define LIMINE_MEDIA_TYPE_GENERIC 0
#define LIMINE_MEDIA_TYPE_OPTICAL 1
#define LIMINE_MEDIA_TYPE_TFTP    2

struct limine_file {
    uint64_t revision;
    void *address; /* 4 KiB aligned, alone on its pages */
    uint64_t size; /* bytes */
    char *path;    /* on its volume, with a leading slash */
    char *cmdline; /* its string; never NULL */
    uint32_t media_type;
    uint32_t unused;
    uint32_t tftp_ip;
    uint32_t tftp_port;
    uint32_t partition_index; /* from 1; 0: none or unknown */
    uint32_t mbr_disk_id;
    struct limine_uuid gpt_disk_uuid; /* all zero when unknown, like the next two */
    struct limine_uuid gpt_part_uuid;
    struct limine_uuid part_uuid;
};

#define LIMINE_EXECUTABLE_FILE_REQUEST LIMINE_ID(0xad97e90e83f1ed67ULL, 0x31eb5d1c5ff23b69ULL)

struct limine_executable_file_response {
    uint64_t revision;
    struct limine_file *executable_file; /* the ELF file as it was read, not the loaded image */
};

struct limine_executable_file_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_executable_file_response *response;
};

#define LIMINE_MODULE_REQUEST LIMINE_ID(0x3e7e279702be32afULL, 0xca1c4f3bd1280ceeULL)

#define LIMINE_INTERNAL_MODULE_REQUIRED   (1 << 0) /* don't boot without it */
#define LIMINE_INTERNAL_MODULE_COMPRESSED (1 << 1) /* withdrawn: our loader refuses it */

struct limine_internal_module {
    const char *path;    /* relative to the executable's directory */
    const char *cmdline; /* may be NULL */
    uint64_t flags;
};

struct limine_module_response {
    uint64_t revision;
    uint64_t module_count;
    struct limine_file **modules; /* internal ones first, then those of the configuration */
};

struct limine_module_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_module_response *response; /* untouched when there are no modules */
    /* request revision 1 */
    uint64_t internal_module_count;
    struct limine_internal_module **internal_modules;
};

/* ---- firmware tables --------------------------------------------------------------------- */

#define LIMINE_RSDP_REQUEST LIMINE_ID(0xc5e77b6b397e7b43ULL, 0x27637845accdcf3cULL)

struct limine_rsdp_response {
    uint64_t revision;
    uint64_t address; /* physical from base revision 3 on */
};

struct limine_rsdp_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_rsdp_response *response;
};

#define LIMINE_SMBIOS_REQUEST LIMINE_ID(0x9e9046f11e095391ULL, 0xaa4a520fefbde5eeULL)

struct limine_smbios_response {
    uint64_t revision;
    uint64_t entry_32; /* physical from base revision 3 on; 0: none */
    uint64_t entry_64;
};

struct limine_smbios_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_smbios_response *response;
};

#define LIMINE_EFI_SYSTEM_TABLE_REQUEST LIMINE_ID(0x5ceba5163eaaf6d6ULL, 0x0a6981610cf65fccULL)

struct limine_efi_system_table_response {
    uint64_t revision;
    uint64_t address; /* physical from base revision 3 on */
};

struct limine_efi_system_table_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_efi_system_table_response *response;
};

#define LIMINE_EFI_MEMMAP_REQUEST LIMINE_ID(0x7df62a431d6872d5ULL, 0xa4fcdfb3e57306c8ULL)

struct limine_efi_memmap_response {
    uint64_t revision;
    void *memmap; /* minus the HHDM offset it suits SetVirtualAddressMap() */
    uint64_t memmap_size;
    uint64_t desc_size;
    uint64_t desc_version;
};

struct limine_efi_memmap_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_efi_memmap_response *response;
};

#define LIMINE_DTB_REQUEST LIMINE_ID(0xb40ddb48fb54bac7ULL, 0x545081493f81ffb7ULL)

/* Our loader hands the blob over unchanged: /memory and /chosen are still in it and don't count. */
struct limine_dtb_response {
    uint64_t revision;
    void *dtb_ptr;
};

struct limine_dtb_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_dtb_response *response;
};

/* ---- date at boot ------------------------------------------------------------------------ */

#define LIMINE_DATE_AT_BOOT_REQUEST LIMINE_ID(0x502746e184c088aaULL, 0xfbc5ec83e6327893ULL)

struct limine_date_at_boot_response {
    uint64_t revision;
    int64_t timestamp; /* seconds since 1970-01-01 00:00 UTC, from the machine's clock */
};

struct limine_date_at_boot_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_date_at_boot_response *response;
};

/* ---- executable address ------------------------------------------------------------------ */

#define LIMINE_EXECUTABLE_ADDRESS_REQUEST LIMINE_ID(0x71ba76863cc55f63ULL, 0xb2644a48c516a487ULL)

/* The image is contiguous in physical memory: physical = virtual - virtual_base + physical_base. */
struct limine_executable_address_response {
    uint64_t revision;
    uint64_t physical_base;
    uint64_t virtual_base;
};

struct limine_executable_address_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_executable_address_response *response;
};

/* ---- our own extension: the EL2 stub ----------------------------------------------------- */

/*
 * Bactrian EL2 stub. Not part of the Limine protocol: another loader leaves `response` alone.
 *
 * aarch64 only. When the loader itself was started at EL2 it enters the kernel at EL1 like always,
 * and leaves a small stub at EL2 on every core, in memory that the memory map calls reserved (and
 * that the HHDM of base revision 3 so does not map). The response's presence says that the stub is
 * there. A call is `hvc #0` at EL1 with the function in x0; the result is in x0, every other
 * register is preserved. Each core has its own EL2 state: a call acts on the calling core only.
 *
 *   LIMINE_EL2_VERSION      -> x0 = LIMINE_EL2_STUB_VERSION
 *   LIMINE_EL2_SET_VECTORS  x1 = physical address of EL2 exception vectors, 2 KiB aligned
 *                           -> x0 = 0, VBAR_EL2 is x1; the stub is out of use on this core. Or
 *                              LIMINE_EL2_INVALID, nothing changed.
 *   any other function      -> x0 = LIMINE_EL2_NOT_SUPPORTED
 *
 * The numbers are those of an SMCCC vendor-specific hypervisor service (Arm DEN0028), so that they
 * collide with no PSCI function.
 *
 * What the kernel finds at EL2: MMU and caches off (SCTLR_EL2 has only its RES1 bits), HCR_EL2 =
 * RW, no stage 2, VHE off, no trap of EL1 on floating point, SVE, timers, debug or the GIC system
 * registers, CNTVOFF_EL2 = 0, VPIDR_EL2 and VMPIDR_EL2 as the core's own. Every exception to EL2
 * other than HVC from EL1 stops that core. PSCI is never answered by the stub: when it is there,
 * the conduit in the DTB or FADT is SMC.
 */
#define LIMINE_BACTRIAN_EL2_REQUEST LIMINE_ID(0x3e4fbbe2dd53a4ceULL, 0xbb3a4ecd7f0d0b6fULL)

#define LIMINE_EL2_STUB_VERSION  1
#define LIMINE_EL2_VERSION       0xc6000000ULL
#define LIMINE_EL2_SET_VECTORS   0xc6000001ULL
#define LIMINE_EL2_NOT_SUPPORTED (-1LL)
#define LIMINE_EL2_INVALID       (-3LL)

struct limine_bactrian_el2_response {
    uint64_t revision;
    uint64_t version; /* LIMINE_EL2_STUB_VERSION */
    uint64_t base;    /* physical, of the reserved memory that holds the stub */
    uint64_t length;  /* bytes */
};

struct limine_bactrian_el2_request {
    uint64_t id[4];
    uint64_t revision;
    struct limine_bactrian_el2_response *response;
};

#endif
