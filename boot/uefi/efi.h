/*
 * UEFI as far as the loader uses it (UEFI Specification 2.10; the section is named at each table).
 * Members that we never call are untyped pointers that keep the others in place.
 */
#ifndef BOOT_EFI_H
#define BOOT_EFI_H

#include <stdint.h>

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif

typedef uint64_t efi_status;
typedef void *efi_handle;
typedef uint16_t efi_char; /* UCS-2 */

#define EFI_ERROR_BIT         (1ULL << 63)
#define EFI_SUCCESS           0
#define EFI_LOAD_ERROR        (EFI_ERROR_BIT | 1)
#define EFI_INVALID_PARAMETER (EFI_ERROR_BIT | 2)
#define EFI_BUFFER_TOO_SMALL  (EFI_ERROR_BIT | 5)
#define EFI_NOT_READY         (EFI_ERROR_BIT | 6)
#define EFI_NOT_FOUND         (EFI_ERROR_BIT | 14)

struct efi_guid {
    uint32_t a;
    uint16_t b, c;
    uint8_t d[8];
};

/* ---- memory (7.2) ------------------------------------------------------------------------ */

enum efi_memory_type {
    EFI_RESERVED,
    EFI_LOADER_CODE,
    EFI_LOADER_DATA,
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_RUNTIME_SERVICES_CODE,
    EFI_RUNTIME_SERVICES_DATA,
    EFI_CONVENTIONAL,
    EFI_UNUSABLE,
    EFI_ACPI_RECLAIM,
    EFI_ACPI_NVS,
};

#define EFI_ALLOCATE_ANY         0
#define EFI_ALLOCATE_MAX_ADDRESS 1

struct efi_memory_descriptor {
    uint32_t type;
    uint32_t padding;
    uint64_t physical_start;
    uint64_t virtual_start;
    uint64_t nr_pages;
    uint64_t attribute;
};

/* ---- consoles (12.3, 12.4) --------------------------------------------------------------- */

struct efi_input_key {
    uint16_t scan_code;
    efi_char character;
};

#define EFI_SCAN_UP   1
#define EFI_SCAN_DOWN 2

struct efi_text_input {
    void *reset;
    efi_status(EFIAPI *read_key)(struct efi_text_input *, struct efi_input_key *);
    void *wait_for_key;
};

struct efi_text_output {
    void *reset;
    efi_status(EFIAPI *output_string)(struct efi_text_output *, const efi_char *);
};

/* ---- tables (4.2 to 4.6) ----------------------------------------------------------------- */

struct efi_table_header {
    uint64_t signature;
    uint32_t revision, size, crc32, reserved;
};

struct efi_time {
    uint16_t year;
    uint8_t month, day, hour, minute, second, padding1;
    uint32_t nanosecond;
    int16_t time_zone; /* minutes: UTC = local time + time_zone */
    uint8_t daylight, padding2;
};

#define EFI_TIME_ZONE_UNKNOWN 2047
#define EFI_RESET_SHUTDOWN    2

struct efi_runtime_services {
    struct efi_table_header header;
    efi_status(EFIAPI *get_time)(struct efi_time *, void *capabilities);
    void *set_time, *get_wakeup_time, *set_wakeup_time;
    void *set_virtual_address_map, *convert_pointer;
    void *get_variable, *get_next_variable_name, *set_variable;
    void *get_next_high_monotonic_count;
    void(EFIAPI *reset_system)(uint32_t type, efi_status, uint64_t data_size, void *data);
};

struct efi_boot_services {
    struct efi_table_header header;
    void *raise_tpl, *restore_tpl;
    efi_status(EFIAPI *allocate_pages)(uint32_t how, uint32_t type, uint64_t nr_pages,
                                       uint64_t *address);
    void *free_pages;
    efi_status(EFIAPI *get_memory_map)(uint64_t *size, void *map, uint64_t *key,
                                       uint64_t *descriptor_size, uint32_t *descriptor_version);
    void *allocate_pool, *free_pool;
    void *create_event, *set_timer, *wait_for_event, *signal_event, *close_event, *check_event;
    void *install_protocol_interface, *reinstall_protocol_interface, *uninstall_protocol_interface;
    efi_status(EFIAPI *handle_protocol)(efi_handle, const struct efi_guid *, void **interface);
    void *reserved, *register_protocol_notify, *locate_handle, *locate_device_path;
    void *install_configuration_table;
    void *load_image, *start_image, *exit, *unload_image;
    efi_status(EFIAPI *exit_boot_services)(efi_handle, uint64_t key);
    void *get_next_monotonic_count;
    efi_status(EFIAPI *stall)(uint64_t us);
    efi_status(EFIAPI *set_watchdog_timer)(uint64_t seconds, uint64_t code, uint64_t size,
                                           efi_char *data);
    void *connect_controller, *disconnect_controller;
    void *open_protocol, *close_protocol, *open_protocol_information;
    void *protocols_per_handle, *locate_handle_buffer;
    efi_status(EFIAPI *locate_protocol)(const struct efi_guid *, void *registration,
                                        void **interface);
};

struct efi_configuration_table {
    struct efi_guid guid;
    void *table;
};

struct efi_system_table {
    struct efi_table_header header;
    efi_char *firmware_vendor;
    uint32_t firmware_revision;
    efi_handle console_in_handle;
    struct efi_text_input *console_in;
    efi_handle console_out_handle;
    struct efi_text_output *console_out;
    efi_handle standard_error_handle;
    struct efi_text_output *standard_error;
    struct efi_runtime_services *runtime_services;
    struct efi_boot_services *boot_services;
    uint64_t nr_configuration_tables;
    struct efi_configuration_table *configuration_tables;
};

/* ---- images and device paths (9.1, 10.2) ------------------------------------------------- */

struct efi_loaded_image {
    uint32_t revision;
    efi_handle parent;
    struct efi_system_table *system_table;
    efi_handle device;
};

struct efi_device_path {
    uint8_t type, subtype;
    uint8_t length[2];
};

#define EFI_PATH_MEDIA      4
#define EFI_PATH_HARD_DRIVE 1
#define EFI_PATH_END        0x7f

/* 10.3.5.1: unaligned, so by offsets within the node. */
#define EFI_HARD_DRIVE_PARTITION      4
#define EFI_HARD_DRIVE_SIGNATURE      24
#define EFI_HARD_DRIVE_SIGNATURE_TYPE 41
#define EFI_HARD_DRIVE_SIZE           42
#define EFI_SIGNATURE_GUID            2

/* ---- files (13.4, 13.5) ------------------------------------------------------------------ */

#define EFI_FILE_READ 1

struct efi_file {
    uint64_t revision;
    efi_status(EFIAPI *open)(struct efi_file *, struct efi_file **opened, const efi_char *name,
                             uint64_t mode, uint64_t attributes);
    efi_status(EFIAPI *close)(struct efi_file *);
    void *delete;
    efi_status(EFIAPI *read)(struct efi_file *, uint64_t *size, void *buffer);
    void *write, *get_position, *set_position;
    efi_status(EFIAPI *get_info)(struct efi_file *, const struct efi_guid *, uint64_t *size,
                                 void *buffer);
};

struct efi_file_system {
    uint64_t revision;
    efi_status(EFIAPI *open_volume)(struct efi_file_system *, struct efi_file **root);
};

struct efi_file_info {
    uint64_t size;
    uint64_t file_size;
    uint64_t physical_size;
    struct efi_time created, accessed, modified;
    uint64_t attribute;
    efi_char name[];
};

#define EFI_FILE_DIRECTORY 0x10

/* ---- graphics (12.9) --------------------------------------------------------------------- */

enum efi_pixel_format {
    EFI_PIXEL_RGBX,
    EFI_PIXEL_BGRX,
    EFI_PIXEL_MASKS,
    EFI_PIXEL_BLT_ONLY,
};

struct efi_graphics_info {
    uint32_t version;
    uint32_t width, height;
    uint32_t format;
    uint32_t red_mask, green_mask, blue_mask, reserved_mask;
    uint32_t pixels_per_row;
};

struct efi_graphics_mode {
    uint32_t nr_modes, mode;
    struct efi_graphics_info *info;
    uint64_t info_size;
    uint64_t framebuffer, framebuffer_size;
};

struct efi_graphics {
    efi_status(EFIAPI *query_mode)(struct efi_graphics *, uint32_t mode, uint64_t *info_size,
                                   struct efi_graphics_info **info);
    efi_status(EFIAPI *set_mode)(struct efi_graphics *, uint32_t mode);
    void *blt;
    struct efi_graphics_mode *mode;
};

/* ---- RISC-V (RISC-V UEFI Protocol Specification 1.0, 2.1) -------------------------------- */

struct efi_riscv_boot {
    uint64_t revision;
    efi_status(EFIAPI *get_boot_hart)(struct efi_riscv_boot *, uint64_t *id);
};

/* ---- names ------------------------------------------------------------------------------- */

/* clang-format off */
#define EFI_LOADED_IMAGE_GUID                                                                      \
    {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}}
#define EFI_DEVICE_PATH_GUID                                                                       \
    {0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}}
#define EFI_FILE_SYSTEM_GUID                                                                       \
    {0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}}
#define EFI_FILE_INFO_GUID                                                                         \
    {0x09576e92, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}}
#define EFI_GRAPHICS_GUID                                                                          \
    {0x9042a9de, 0x23dc, 0x4a38, {0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a}}
#define EFI_RISCV_BOOT_GUID                                                                        \
    {0xccd15fec, 0x6f73, 0x4eec, {0x83, 0x95, 0x3e, 0x69, 0xe4, 0xb9, 0x40, 0xbf}}
#define EFI_ACPI_20_GUID                                                                           \
    {0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}}
#define EFI_ACPI_10_GUID                                                                           \
    {0xeb9d2d30, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}}
#define EFI_SMBIOS_GUID                                                                            \
    {0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}}
#define EFI_SMBIOS3_GUID                                                                           \
    {0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}}
#define EFI_DTB_GUID                                                                               \
    {0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}}
/* clang-format on */

#endif
