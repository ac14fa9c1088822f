/* Walks the archive header by header; every size is checked against what is left of it. */
#include "core/ustar.h"
#include "core/string.h"

#define BLOCK 512

struct ustar_header {
    char name[100];
    char mode[8], uid[8], gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char owner[32], group[32], major[8], minor[8];
    char prefix[155];
    char padding[12];
};

bool ustar_detect(const void *archive, uint64_t size)
{
    const struct ustar_header *header = archive;
    return size >= BLOCK && memcmp(header->magic, "ustar", 5) == 0;
}

void ustar_open(struct ustar *ustar, const void *archive, uint64_t size)
{
    *ustar = (struct ustar){archive, size, 0};
}

/* Octal digits up to a blank or a 0, or the GNU form: bit 7 of the first byte, then binary. */
static bool read_number(const char *field, unsigned length, uint64_t *value)
{
    *value = 0;
    if (field[0] & 0x80) {
        for (unsigned i = 1; i < length; i++)
            *value = *value << 8 | (uint8_t)field[i];
        return (field[0] & 0x7f) == 0 && field[1] == 0 && field[2] == 0 && field[3] == 0;
    }
    for (unsigned i = 0; i < length && field[i] && field[i] != ' '; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        *value = *value * 8 + (uint64_t)(field[i] - '0');
    }
    return true;
}

/* The sum of the header's bytes with the checksum field counted as blanks. */
static uint64_t header_sum(const struct ustar_header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    uint64_t sum = 8 * ' ';
    for (unsigned i = 0; i < BLOCK; i++) {
        if (i < offsetof(struct ustar_header, checksum) || i >= offsetof(struct ustar_header, type))
            sum += bytes[i];
    }
    return sum;
}

static bool is_zero_block(const uint8_t *block)
{
    for (unsigned i = 0; i < BLOCK; i++) {
        if (block[i])
            return false;
    }
    return true;
}

static void read_path(const struct ustar_header *header, char *path, size_t size)
{
    char name[sizeof(header->name) + 1] = "", prefix[sizeof(header->prefix) + 1] = "";
    memcpy(name, header->name, sizeof(header->name));
    memcpy(prefix, header->prefix, sizeof(header->prefix));
    const char *first = prefix[0] ? prefix : name;
    if (string_starts(first, "./"))
        first += 2;
    while (*first == '/')
        first++;
    if (prefix[0])
        format(path, size, "/%s/%s", first, name);
    else
        format(path, size, "/%s", first);
}

int ustar_next(struct ustar *ustar, struct ustar_file *file, struct error *error)
{
    while (ustar->size - ustar->next >= BLOCK) {
        uint64_t offset = ustar->next, sum, size;
        const struct ustar_header *header = (const void *)(ustar->archive + offset);
        if (is_zero_block((const uint8_t *)header))
            return 0;
        if (memcmp(header->magic, "ustar", 5) != 0 ||
            !read_number(header->checksum, sizeof(header->checksum), &sum) ||
            sum != header_sum(header))
            return error_set(error, "archive: the header at 0x%lx is damaged",
                             (unsigned long)offset);
        uint64_t left = ustar->size - offset - BLOCK;
        if (!read_number(header->size, sizeof(header->size), &size) || size > left)
            return error_set(error, "archive: the file at 0x%lx reaches past the archive's end",
                             (unsigned long)offset);
        ustar->next = offset + BLOCK + min_u64(ROUND_UP(size, BLOCK), left);
        if (header->type == '0' || header->type == 0) {
            read_path(header, file->path, sizeof(file->path));
            file->data = (const uint8_t *)header + BLOCK;
            file->size = size;
            return 1;
        }
    }
    return 0;
}
