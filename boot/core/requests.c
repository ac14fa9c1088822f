/*
 * The scan. It looks at every aligned word of what came from the file (.bss can't hold a request),
 * first for the delimiters, then between them for the tag and the requests.
 */
#include "core/requests.h"
#include "core/string.h"

static const uint64_t request_ids[REQUEST_COUNT][4] = {
    [REQUEST_BOOTLOADER_INFO] = LIMINE_BOOTLOADER_INFO_REQUEST,
    [REQUEST_EXECUTABLE_CMDLINE] = LIMINE_EXECUTABLE_CMDLINE_REQUEST,
    [REQUEST_FIRMWARE_TYPE] = LIMINE_FIRMWARE_TYPE_REQUEST,
    [REQUEST_STACK_SIZE] = LIMINE_STACK_SIZE_REQUEST,
    [REQUEST_HHDM] = LIMINE_HHDM_REQUEST,
    [REQUEST_FRAMEBUFFER] = LIMINE_FRAMEBUFFER_REQUEST,
    [REQUEST_PAGING_MODE] = LIMINE_PAGING_MODE_REQUEST,
    [REQUEST_MP] = LIMINE_MP_REQUEST,
    [REQUEST_RISCV_BSP_HARTID] = LIMINE_RISCV_BSP_HARTID_REQUEST,
    [REQUEST_MEMMAP] = LIMINE_MEMMAP_REQUEST,
    [REQUEST_ENTRY_POINT] = LIMINE_ENTRY_POINT_REQUEST,
    [REQUEST_EXECUTABLE_FILE] = LIMINE_EXECUTABLE_FILE_REQUEST,
    [REQUEST_MODULE] = LIMINE_MODULE_REQUEST,
    [REQUEST_RSDP] = LIMINE_RSDP_REQUEST,
    [REQUEST_SMBIOS] = LIMINE_SMBIOS_REQUEST,
    [REQUEST_EFI_SYSTEM_TABLE] = LIMINE_EFI_SYSTEM_TABLE_REQUEST,
    [REQUEST_EFI_MEMMAP] = LIMINE_EFI_MEMMAP_REQUEST,
    [REQUEST_DTB] = LIMINE_DTB_REQUEST,
    [REQUEST_DATE_AT_BOOT] = LIMINE_DATE_AT_BOOT_REQUEST,
    [REQUEST_EXECUTABLE_ADDRESS] = LIMINE_EXECUTABLE_ADDRESS_REQUEST,
    [REQUEST_BACTRIAN_EL2] = LIMINE_BACTRIAN_EL2_REQUEST,
};

static const uint64_t start_marker[4] = LIMINE_REQUESTS_START_MARKER;
static const uint64_t end_marker[2] = LIMINE_REQUESTS_END_MARKER;

/* Words of the image that came from the file, one segment after the other. */
struct scan {
    uint64_t *next, *end;
    uint64_t *first, *limit; /* the delimiters' window */
    uint64_t *tag;
    struct requests *requests;
    const char *name;
};

static bool segment_words(const struct elf_image *image, unsigned nr, struct scan *scan)
{
    const struct elf_part *part = &image->parts[nr];
    uint64_t skip = -part->vaddr & 7;
    if (part->filesz < skip + 8)
        return false;
    scan->next = elf_address(image, part->vaddr + skip, 0);
    scan->end = scan->next + (part->filesz - skip) / 8;
    return true;
}

static void scan_markers(struct scan *scan)
{
    for (uint64_t *word = scan->next; word < scan->end; word++) {
        size_t left = (size_t)(scan->end - word);
        if (*word == start_marker[0] && left >= 4 &&
            memcmp(word, start_marker, sizeof(start_marker)) == 0)
            scan->first = word + 4;
        else if (*word == end_marker[0] && left >= 2 && word[1] == end_marker[1] && !scan->limit)
            scan->limit = word;
    }
}

/* Words of a request, with the fields behind `response`. */
static size_t request_words(enum request request, uint64_t revision)
{
    switch (request) {
    case REQUEST_STACK_SIZE:
    case REQUEST_MP:
    case REQUEST_ENTRY_POINT:
        return 7;
    case REQUEST_MODULE:
        return revision >= 1 ? 8 : 6;
    case REQUEST_PAGING_MODE:
        return revision >= 1 ? 9 : 7;
    default:
        return 6;
    }
}

static int scan_request(struct scan *scan, uint64_t *word, struct error *error)
{
    size_t left = (size_t)(scan->end - word);
    for (enum request i = 0; i < REQUEST_COUNT; i++) {
        if (word[2] != request_ids[i][2] || word[3] != request_ids[i][3])
            continue;
        if (left < request_words(i, word[4]))
            return error_set(error, "%s: the request %lx:%lx is cut off", scan->name,
                             (unsigned long)word[2], (unsigned long)word[3]);
        if (scan->requests->at[i])
            return error_set(error, "%s: has the request %lx:%lx twice", scan->name,
                             (unsigned long)word[2], (unsigned long)word[3]);
        scan->requests->at[i] = word;
    }
    return 0;
}

static int scan_requests(struct scan *scan, struct error *error)
{
    for (uint64_t *word = scan->next; word < scan->end; word++) {
        size_t left = (size_t)(scan->end - word);
        if (word < scan->first || (scan->limit && word >= scan->limit))
            continue;
        if (*word == LIMINE_COMMON_MAGIC_0 && left >= 6 && word[1] == LIMINE_COMMON_MAGIC_1 &&
            scan_request(scan, word, error))
            return -1;
        if (*word == LIMINE_BASE_REVISION_MAGIC_0 && left >= 3 &&
            word[1] == LIMINE_BASE_REVISION_MAGIC_1)
            scan->tag = word;
    }
    return 0;
}

static void answer_tag(struct scan *scan)
{
    uint64_t asked = scan->tag ? scan->tag[2] : 0;
    scan->requests->revision = asked <= BASE_REVISION_MAX ? (unsigned)asked : BASE_REVISION_MAX;
    if (!scan->tag)
        return;
    scan->tag[1] = scan->requests->revision;
    if (asked <= BASE_REVISION_MAX)
        scan->tag[2] = 0;
}

int requests_find(struct requests *requests, const struct elf_image *image, struct error *error)
{
    struct scan scan = {.requests = requests, .name = image->name};
    *requests = (struct requests){0};
    for (unsigned i = 0; i < image->nr_parts; i++) {
        if (segment_words(image, i, &scan))
            scan_markers(&scan);
    }
    for (unsigned i = 0; i < image->nr_parts; i++) {
        if (segment_words(image, i, &scan) && scan_requests(&scan, error))
            return -1;
    }
    answer_tag(&scan);
    return 0;
}
