/* limine.conf. */
#include "uefi/config.h"

static struct config config_read;
static char config_storage[65536];

static int parse(const char *text, struct error *error)
{
    /* Without a terminator, as a file has none. */
    char *exact = malloc(strlen(text) + 1);
    memcpy(exact, text, strlen(text));
    int result = config_parse(&config_read, "limine.conf", "x86-64", exact, strlen(text),
                              config_storage, sizeof config_storage, error);
    free(exact);
    return result;
}

static void expect_parsed(const char *text)
{
    struct error error;
    if (parse(text, &error))
        FAIL("%s", error.text);
}

static void expect_error(const char *text, const char *message)
{
    struct error error;
    CHECK_EQ(parse(text, &error), -1);
    if (strcmp(error.text, message))
        FAIL("\"%s\" instead of \"%s\"", error.text, message);
}

#define ENTRY "/e\nprotocol: limine\nkernel_path: boot():/k\n"

TEST(config_reads_globals)
{
    expect_parsed("timeout: 7\nquiet: yes\nverbose: no\ndefault_entry: 2\n" ENTRY);
    CHECK_EQ(config_read.timeout_s, 7);
    CHECK(config_read.quiet && !config_read.verbose);
    CHECK_EQ(config_read.default_entry, 2);
    expect_parsed("TIMEOUT : no\r\n" ENTRY);
    CHECK_EQ(config_read.timeout_s, CONFIG_TIMEOUT_NONE);
    expect_parsed(ENTRY);
    CHECK_EQ(config_read.timeout_s, 5);
}

TEST(config_reads_an_entry)
{
    expect_parsed("# comment\n/My kernel\n  comment: a: b\n\tprotocol: limine\n"
                  "  kernel_path: boot():/boot/k.elf\n  cmdline: x=1  y \n"
                  "  module_path: boot():/m0\n  module_cmdline: zero\n  module_path: boot():/m1\n"
                  "  resolution: 1024x768\n  max_paging_mode: sv48\n");
    const struct config_entry *entry = config_bootable(&config_read, 1);
    struct error error;
    CHECK(entry && !config_bootable(&config_read, 2));
    CHECK(strcmp(entry->title, "My kernel") == 0 && strcmp(entry->comment, "a: b") == 0);
    CHECK(strcmp(entry->kernel_path, "boot():/boot/k.elf") == 0 && entry->kernel_line == 5);
    CHECK(strcmp(entry->cmdline, "x=1  y") == 0);
    CHECK_EQ(entry->nr_modules, 2);
    CHECK(strcmp(config_read.modules[0].cmdline, "zero") == 0);
    CHECK(strcmp(config_read.modules[1].path, "boot():/m1") == 0 &&
          config_read.modules[1].cmdline[0] == 0);
    CHECK(entry->resolution.width == 1024 && entry->resolution.height == 768 &&
          entry->resolution.bpp == 32);
    CHECK(entry->paging_max == 1 && entry->paging_min == -1);
    CHECK_EQ(config_check_entry(&config_read, entry, &error), 0);
}

TEST(config_accepts_what_limine_knows)
{
    expect_parsed("serial: yes\nserial_baudrate: 9600\ninterface_branding: B\nterm_margin: 0\n"
                  "editor_enabled: no\nwallpaper: x\ngraphics: yes\n/e\nprotocol: limine\n"
                  "path: boot():/k\nkernel_cmdline: c\nkaslr: no\ntextmode: no\n"
                  "module_path: boot():/m\nmodule_string: s\ndtb_path: boot():/d\n");
    CHECK(strcmp(config_read.entries[0].cmdline, "c") == 0);
    CHECK(strcmp(config_read.entries[0].kernel_path, "boot():/k") == 0);
    CHECK(strcmp(config_read.modules[0].cmdline, "s") == 0);
}

TEST(config_numbers_entries_that_can_be_booted)
{
    expect_parsed("/+Directory\n//one\n//two\n///under two\n/three\n");
    CHECK_EQ(config_read.nr_entries, 5);
    CHECK(strcmp(config_bootable(&config_read, 1)->title, "one") == 0);
    CHECK(strcmp(config_bootable(&config_read, 2)->title, "under two") == 0);
    CHECK(strcmp(config_bootable(&config_read, 3)->title, "three") == 0);
    CHECK(!config_bootable(&config_read, 4) && !config_bootable(&config_read, 0));
}

TEST(config_replaces_macros)
{
    expect_parsed("${A}=one\n${B}=${A} two\n/${ARCH}\ncmdline: ${B}/${A} ${NOT} $ {A} ${\n");
    CHECK(strcmp(config_read.entries[0].title, "x86-64") == 0);
    CHECK(strcmp(config_read.entries[0].cmdline, "one two/one ${NOT} $ {A} ${") == 0);
}

TEST(config_names_the_line_of_an_error)
{
    expect_error(ENTRY "nonsense\n", "limine.conf:4: neither an option (name: value) nor an entry "
                                     "(/title): nonsense");
    expect_error("\n\ntimeout: soon\n" ENTRY,
                 "limine.conf:3: timeout: expected a number of seconds or no");
    expect_error("timeuot: 5\n" ENTRY, "limine.conf:1: timeuot: no such option");
    expect_error("quiet: maybe\n" ENTRY, "limine.conf:1: quiet: expected yes or no");
    expect_error("default_entry: 0\n" ENTRY,
                 "limine.conf:1: default_entry: expected a number from 1 on");
    expect_error("cmdline: early\n" ENTRY,
                 "limine.conf:1: cmdline: belongs to an entry, and there is none above it");
    expect_error(ENTRY "module_cmdline: x\n",
                 "limine.conf:4: module_cmdline: there is no module_path above it");
    expect_error(ENTRY "resolution: big\n", "limine.conf:4: resolution: expected <width>x<height> "
                                            "or <width>x<height>x<bits per pixel>");
    expect_error(ENTRY "paging_mode: sv99\n",
                 "limine.conf:4: paging_mode: expected 4level, 5level, sv39, sv48 or sv57");
    expect_error("/\n", "limine.conf:1: an entry needs a title");
    expect_error("/a\n///b\n", "limine.conf:2: a sub-entry without an entry above it: b");
    expect_error("timeout: 0\n", "limine.conf: has no entry that can be booted");
    expect_error("", "limine.conf: has no entry that can be booted");
}

TEST(config_refuses_too_much)
{
    static char text[400000];
    size_t used = 0;
    for (unsigned i = 0; i <= CONFIG_ENTRIES_MAX; i++)
        used += (size_t)sprintf(text + used, "/e%u\n", i);
    expect_error(text, "limine.conf:65: too many entries");
    used = (size_t)sprintf(text, ENTRY);
    for (unsigned i = 0; i <= CONFIG_MODULES_MAX; i++)
        used += (size_t)sprintf(text + used, "module_path: m\n");
    expect_error(text, "limine.conf:260: module_path: too many modules");
    used = (size_t)sprintf(text, "${A}=0123456789012345678901234567890123456789\n");
    for (unsigned i = 0; i < 20; i++)
        used += (size_t)sprintf(text + used, "${A}=${A}${A}\n");
    expect_error(text, "limine.conf:11: macros expand to too much text");
    struct error error;
    CHECK_EQ(config_parse(&config_read, "f", "a", "/a\0b\n", 5, config_storage,
                          sizeof config_storage, &error),
             -1);
    CHECK(strcmp(error.text, "f:1: has a zero byte: not a text file") == 0);
}

TEST(config_checks_the_chosen_entry)
{
    struct error error;
    expect_parsed("/a\n/b\nprotocol: linux\n/c\nprotocol: limine\n");
    CHECK_EQ(config_check_entry(&config_read, &config_read.entries[0], &error), -1);
    CHECK(strcmp(error.text, "limine.conf:1: the entry \"a\" has no protocol") == 0);
    CHECK_EQ(config_check_entry(&config_read, &config_read.entries[1], &error), -1);
    CHECK(strcmp(error.text, "limine.conf:2: the entry \"b\" wants the protocol linux; we speak "
                             "limine") == 0);
    CHECK_EQ(config_check_entry(&config_read, &config_read.entries[2], &error), -1);
    CHECK(strcmp(error.text, "limine.conf:4: the entry \"c\" has no kernel_path") == 0);
}

TEST(config_resolves_paths)
{
    struct error error;
    expect_parsed(ENTRY);
    CHECK(strcmp(config_resolve(&config_read, "boot():/a/b", 3, &error), "/a/b") == 0);
    CHECK(!config_resolve(&config_read, "hdd(1:1):/k", 3, &error) &&
          strstr(error.text, "limine.conf:3: hdd(1:1):/k: only paths that begin with boot():/"));
    CHECK(!config_resolve(&config_read, "boot():/k#0123", 3, &error) &&
          strstr(error.text, "hashes"));
    CHECK(!config_resolve(&config_read, "boot():k", 3, &error) && strstr(error.text, "slash"));
}

static void config_run(uint8_t *data, size_t size)
{
    struct error error;
    char *storage = malloc(2 * size + 64);
    if (config_parse(&config_read, "limine.conf", "x86-64", (char *)data, size, storage,
                     2 * size + 64, &error) == 0) {
        const struct config_entry *entry;
        for (unsigned i = 1; (entry = config_bootable(&config_read, i)); i++) {
            if (config_check_entry(&config_read, entry, &error) == 0)
                config_resolve(&config_read, entry->kernel_path, entry->kernel_line, &error);
        }
    }
    free(storage);
}

TEST(config_survives_damage)
{
    static const char text[] =
        "# c\ntimeout: 3\nquiet: no\n${D}=boot():/boot\n${E}=${D}${D}\n/+dir\n  comment: x\n"
        "//entry ${ARCH}\n  protocol: limine\n  kernel_path: ${D}/kernel.elf\n  cmdline: ${E} "
        "${E}\n"
        "  module_path: ${D}/m\n  module_cmdline: s\n  resolution: 640x480x32\n"
        "  paging_mode: 5level\n/other\n  protocol: efi\n";
    mutate(text, sizeof text - 1, config_run);
}
