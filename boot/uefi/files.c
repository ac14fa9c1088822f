/* Files of the volume that the firmware loaded us from. */
#include "core/frontend.h"
#include "core/report.h"
#include "core/string.h"
#include "uefi/uefi.h"

/* The volume, and what its device path says about it. */
static struct {
    struct efi_file *root;
    uint32_t partition_index;
    struct limine_uuid partition_uuid;
} volume;

static void read_partition(const uint8_t *node)
{
    memcpy(&volume.partition_index, node + EFI_HARD_DRIVE_PARTITION, 4);
    if (node[EFI_HARD_DRIVE_SIGNATURE_TYPE] == EFI_SIGNATURE_GUID)
        memcpy(&volume.partition_uuid, node + EFI_HARD_DRIVE_SIGNATURE, 16);
}

static void read_device_path(efi_handle device)
{
    static const struct efi_guid guid = EFI_DEVICE_PATH_GUID;
    void *interface;
    if (firmware.boot_services->handle_protocol(device, &guid, &interface))
        return;
    const uint8_t *node = interface;
    while (node[0] != EFI_PATH_END) {
        unsigned length = node[2] | (unsigned)node[3] << 8;
        if (length < 4)
            return;
        if (node[0] == EFI_PATH_MEDIA && node[1] == EFI_PATH_HARD_DRIVE &&
            length >= EFI_HARD_DRIVE_SIZE)
            read_partition(node);
        node += length;
    }
}

void files_open(void)
{
    static const struct efi_guid image_guid = EFI_LOADED_IMAGE_GUID;
    static const struct efi_guid system_guid = EFI_FILE_SYSTEM_GUID;
    void *image, *system;
    if (firmware.boot_services->handle_protocol(firmware.image, &image_guid, &image))
        fail("the firmware doesn't say what it loaded the loader from");
    efi_handle device = ((struct efi_loaded_image *)image)->device;
    if (firmware.boot_services->handle_protocol(device, &system_guid, &system) ||
        ((struct efi_file_system *)system)->open_volume(system, &volume.root))
        fail("the volume that the loader came from can't be opened");
    read_device_path(device);
}

#define PATH_MAX 256

/* UCS-2 with backslashes, as the firmware wants it. */
static void convert_path(const char *path, efi_char *converted)
{
    size_t i = 0;
    for (; path[i] && i < PATH_MAX - 1; i++)
        converted[i] = path[i] == '/' ? '\\' : (uint8_t)path[i];
    converted[i] = 0;
}

static struct efi_file *open_file(const char *path)
{
    efi_char name[PATH_MAX];
    struct efi_file *file;
    if (strlen(path) >= PATH_MAX)
        fail("%s: the path is too long", path);
    convert_path(path, name);
    efi_status status = volume.root->open(volume.root, &file, name, EFI_FILE_READ, 0);
    if (status == EFI_NOT_FOUND)
        return NULL;
    if (status)
        fail("%s: the firmware can't open it (status %lx)", path,
             (unsigned long)(status & ~EFI_ERROR_BIT));
    return file;
}

static uint64_t file_size(struct efi_file *file, const char *path)
{
    static const struct efi_guid guid = EFI_FILE_INFO_GUID;
    union {
        struct efi_file_info info;
        uint8_t bytes[sizeof(struct efi_file_info) + 2 * PATH_MAX];
    } buffer;
    uint64_t size = sizeof(buffer);
    if (file->get_info(file, &guid, &size, &buffer))
        fail("%s: the firmware doesn't say how large it is", path);
    if (buffer.info.attribute & EFI_FILE_DIRECTORY)
        fail("%s: is a directory", path);
    return buffer.info.file_size;
}

/* In pieces: some firmware fails on reads of many MiB at once. */
#define PIECE (1 * MIB)

static void read_all(struct efi_file *file, const char *path, uint8_t *to, uint64_t size)
{
    for (uint64_t at = 0; at < size;) {
        uint64_t piece = min_u64(size - at, PIECE);
        if (file->read(file, &piece, to + at) || piece == 0)
            fail("%s: can't be read beyond byte %lu of %lu", path, (unsigned long)at,
                 (unsigned long)size);
        at += piece;
    }
}

static void *read_file(const char *path, uint32_t type, uint64_t *size)
{
    struct efi_file *file = open_file(path);
    if (!file)
        return NULL;
    *size = file_size(file, path);
    uint64_t room = ROUND_UP(max_u64(*size, 1), PAGE_SIZE);
    uint8_t *to = phys_ptr(front_alloc(room, PAGE_SIZE, FRONT_ANYWHERE, type, path));
    read_all(file, path, to, *size);
    memset(to + *size, 0, room - *size);
    file->close(file);
    return to;
}

bool file_read(const char *path, uint32_t type, struct boot_file *file)
{
    uint64_t size;
    void *data = read_file(path, type, &size);
    if (!data)
        return false;
    *file = (struct boot_file){.data = data,
                               .size = size,
                               .path = path,
                               .cmdline = "",
                               .partition_index = volume.partition_index,
                               .partition_uuid = volume.partition_uuid};
    return true;
}

bool file_read_text(const char *path, const char **text, uint64_t *size)
{
    *text = read_file(path, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, size);
    return *text != NULL;
}
