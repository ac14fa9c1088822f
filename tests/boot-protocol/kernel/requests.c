/* All requests, between delimiters but for one that must not be answered. */
#include "test.h"

#define REQUEST __attribute__((used, section(".requests")))

__attribute__((used, section(".requests_start"))) static volatile uint64_t start_marker[4] =
    LIMINE_REQUESTS_START_MARKER;
__attribute__((used, section(".requests_end"))) static volatile uint64_t end_marker[2] =
    LIMINE_REQUESTS_END_MARKER;

#ifndef NO_TAG
REQUEST volatile uint64_t base_revision[3] = LIMINE_BASE_REVISION(REVISION);
#else
volatile uint64_t base_revision[3];
#endif

/* Behind the end marker: delimiters are to be honoured from base revision 2 on. */
__attribute__((used, section(".requests_outside"))) volatile struct limine_bootloader_info_request
    outside_markers = {.id = LIMINE_BOOTLOADER_INFO_REQUEST};

REQUEST volatile struct limine_bootloader_info_request bootloader_info = {
    .id = LIMINE_BOOTLOADER_INFO_REQUEST};
REQUEST volatile struct limine_executable_cmdline_request cmdline_request = {
    .id = LIMINE_EXECUTABLE_CMDLINE_REQUEST};
REQUEST volatile struct limine_firmware_type_request firmware_type = {
    .id = LIMINE_FIRMWARE_TYPE_REQUEST};
REQUEST volatile struct limine_stack_size_request stack_size = {.id = LIMINE_STACK_SIZE_REQUEST,
                                                                .stack_size = STACK_SIZE};
REQUEST volatile struct limine_hhdm_request hhdm = {.id = LIMINE_HHDM_REQUEST};
REQUEST volatile struct limine_framebuffer_request framebuffer = {.id = LIMINE_FRAMEBUFFER_REQUEST,
                                                                  .revision = 1};
#ifdef PAGING_MODE
REQUEST volatile struct limine_paging_mode_request paging_mode = {.id = LIMINE_PAGING_MODE_REQUEST,
                                                                  .mode = PAGING_MODE};
#else
volatile struct limine_paging_mode_request paging_mode;
#endif
#ifndef MP_FLAGS
#define MP_FLAGS 0
#endif
REQUEST volatile struct limine_mp_request mp = {.id = LIMINE_MP_REQUEST, .flags = MP_FLAGS};
REQUEST volatile struct limine_riscv_bsp_hartid_request bsp_hartid = {
    .id = LIMINE_RISCV_BSP_HARTID_REQUEST};
REQUEST volatile struct limine_memmap_request memmap = {.id = LIMINE_MEMMAP_REQUEST};
REQUEST volatile struct limine_executable_file_request executable_file = {
    .id = LIMINE_EXECUTABLE_FILE_REQUEST};
REQUEST volatile struct limine_rsdp_request rsdp = {.id = LIMINE_RSDP_REQUEST};
REQUEST volatile struct limine_smbios_request smbios = {.id = LIMINE_SMBIOS_REQUEST};
REQUEST volatile struct limine_efi_system_table_request efi_system_table = {
    .id = LIMINE_EFI_SYSTEM_TABLE_REQUEST};
REQUEST volatile struct limine_efi_memmap_request efi_memmap = {.id = LIMINE_EFI_MEMMAP_REQUEST};
REQUEST volatile struct limine_dtb_request dtb = {.id = LIMINE_DTB_REQUEST};
REQUEST volatile struct limine_date_at_boot_request date_at_boot = {
    .id = LIMINE_DATE_AT_BOOT_REQUEST};
REQUEST volatile struct limine_executable_address_request executable_address = {
    .id = LIMINE_EXECUTABLE_ADDRESS_REQUEST};
REQUEST volatile struct limine_bactrian_el2_request el2 = {.id = LIMINE_BACTRIAN_EL2_REQUEST};

#ifdef ENTRY_POINT
void real_entry(void);
REQUEST volatile struct limine_entry_point_request entry_point = {.id = LIMINE_ENTRY_POINT_REQUEST,
                                                                  .entry = real_entry};
#else
volatile struct limine_entry_point_request entry_point;
#endif

#ifdef INTERNAL_MODULES
static struct limine_internal_module present = {"mod-5-5000.bin", "inside",
                                                LIMINE_INTERNAL_MODULE_REQUIRED};
static struct limine_internal_module absent = {"no-such-file", NULL, INTERNAL_MODULES - 1};
static struct limine_internal_module *internal_modules[2] = {&absent, &present};
REQUEST volatile struct limine_module_request module = {.id = LIMINE_MODULE_REQUEST,
                                                        .revision = 1,
                                                        .internal_module_count = 2,
                                                        .internal_modules = internal_modules};
#else
REQUEST volatile struct limine_module_request module = {.id = LIMINE_MODULE_REQUEST};
#endif

#ifdef TWICE
REQUEST volatile struct limine_hhdm_request hhdm_again = {.id = LIMINE_HHDM_REQUEST};
#endif
