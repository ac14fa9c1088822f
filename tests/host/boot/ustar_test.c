/* ustar archives, made here field by field. */
#include "core/ustar.h"

struct archive {
    uint8_t bytes[64 * 512];
    size_t size;
};

static void archive_sum(uint8_t *header)
{
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (unsigned i = 0; i < 512; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

static uint8_t *archive_add(struct archive *archive, const char *prefix, const char *name,
                            char type, const void *data, size_t size)
{
    uint8_t *header = archive->bytes + archive->size;
    memset(header, 0, 512);
    strncpy((char *)header, name, 100);
    snprintf((char *)header + 124, 12, "%011zo", size);
    header[156] = (uint8_t)type;
    memcpy(header + 257, "ustar\00000", 8);
    strncpy((char *)header + 345, prefix, 155);
    archive_sum(header);
    memcpy(header + 512, data, size);
    archive->size += 512 + (size + 511) / 512 * 512;
    return header;
}

static void archive_end(struct archive *archive)
{
    archive->size += 1024;
}

static void expect_file(struct ustar *ustar, const char *path, const char *data)
{
    struct ustar_file file;
    struct error error;
    CHECK_EQ(ustar_next(ustar, &file, &error), 1);
    CHECK(strcmp(file.path, path) == 0);
    CHECK_EQ(file.size, strlen(data));
    CHECK(memcmp(file.data, data, file.size) == 0);
}

TEST(ustar_shows_regular_files_in_order)
{
    static struct archive archive;
    struct ustar ustar;
    struct ustar_file file;
    struct error error;
    archive_add(&archive, "", "./kernel.elf", '0', "elf", 3);
    archive_add(&archive, "", "dir/", '5', "", 0);
    archive_add(&archive, "", "link", '2', "", 0);
    archive_add(&archive, "", "/abs", 0, "old style", 9);
    archive_add(&archive, "some/long", "name", '0', "", 0);
    archive_end(&archive);
    CHECK(ustar_detect(archive.bytes, archive.size));
    ustar_open(&ustar, archive.bytes, archive.size);
    expect_file(&ustar, "/kernel.elf", "elf");
    expect_file(&ustar, "/abs", "old style");
    expect_file(&ustar, "/some/long/name", "");
    CHECK_EQ(ustar_next(&ustar, &file, &error), 0);
}

TEST(ustar_takes_names_that_fill_their_field)
{
    static struct archive archive;
    struct ustar ustar;
    char prefix[156], name[101], path[260];
    memset(prefix, 'p', 155);
    memset(name, 'n', 100);
    prefix[155] = name[100] = 0;
    archive_add(&archive, prefix, name, '0', "x", 1);
    ustar_open(&ustar, archive.bytes, archive.size);
    snprintf(path, sizeof path, "/%s/%s", prefix, name);
    expect_file(&ustar, path, "x");
}

TEST(ustar_ends_without_the_zero_blocks)
{
    static struct archive archive;
    struct ustar ustar;
    struct ustar_file file;
    struct error error;
    archive_add(&archive, "", "a", '0', "abc", 3);
    ustar_open(&ustar, archive.bytes, 512 + 3);
    expect_file(&ustar, "/a", "abc");
    CHECK_EQ(ustar_next(&ustar, &file, &error), 0);
}

static void expect_damage(struct archive *archive, size_t size, const char *text)
{
    struct ustar ustar;
    struct ustar_file file;
    struct error error;
    ustar_open(&ustar, archive->bytes, size);
    CHECK_EQ(ustar_next(&ustar, &file, &error), -1);
    if (!strstr(error.text, text))
        FAIL("\"%s\" instead of \"%s\"", error.text, text);
}

TEST(ustar_names_damage)
{
    static struct archive archive;
    uint8_t *header = archive_add(&archive, "", "a", '0', "abc", 3);
    expect_damage(&archive, 514, "reaches past");
    header[3] ^= 1;
    expect_damage(&archive, archive.size, "the header at 0x0 is damaged");
    header[3] ^= 1;
    memcpy(header + 124, "00000000009x", 12);
    archive_sum(header);
    expect_damage(&archive, archive.size, "reaches past");
    header[124] = 0xff;
    archive_sum(header);
    expect_damage(&archive, archive.size, "reaches past");
    CHECK(!ustar_detect("short", 5));
}

static void ustar_run(uint8_t *data, size_t size)
{
    struct ustar ustar;
    struct ustar_file file;
    struct error error;
    uint8_t sum = 0;
    /* Most damage is to a header: make its checksum right again, or nothing else is reached. */
    for (size_t at = 0; at + 512 <= size && check_random_below(3); at += 512) {
        if (memcmp(data + at + 257, "ustar", 5) == 0)
            archive_sum(data + at);
    }
    ustar_detect(data, size);
    ustar_open(&ustar, data, size);
    while (ustar_next(&ustar, &file, &error) > 0) {
        for (uint64_t i = 0; i < file.size; i++)
            sum = (uint8_t)(sum + file.data[i]);
        CHECK(strlen(file.path) < sizeof file.path);
    }
}

TEST(ustar_survives_damage)
{
    static struct archive archive;
    archive_add(&archive, "", "kernel.elf", '0', "0123456789", 10);
    archive_add(&archive, "dir", "x", '5', "", 0);
    archive_add(&archive, "", "module", '0', archive.bytes, 700);
    archive_end(&archive);
    mutate(archive.bytes, archive.size, ustar_run);
}
