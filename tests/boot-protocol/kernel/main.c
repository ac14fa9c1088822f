/* Runs the groups and counts. */
#include "test.h"

bool own_loader;
unsigned revision;
struct entry_state boot_state;

static unsigned nr_passed, nr_failed;

void print(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            arch_console_put('\r');
        arch_console_put(*text);
    }
}

void print_number(uint64_t value, unsigned base)
{
    char digits[24];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        arch_console_put(digits[--n]);
}

void check_values(bool good, const char *name, uint64_t a, uint64_t b)
{
    print(good ? "ok " : "FAIL ");
    print(name);
    if (!good && (a || b)) {
        print(": 0x");
        print_number(a, 16);
        print(", 0x");
        print_number(b, 16);
    }
    print("\n");
    *(good ? &nr_passed : &nr_failed) += 1;
}

bool string_equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

bool bytes_equal(const void *a, const void *b, size_t nr_bytes)
{
    const uint8_t *p = a, *q = b;
    while (nr_bytes && *p == *q)
        p++, q++, nr_bytes--;
    return nr_bytes == 0;
}

static const char *command_line(void)
{
    if (cmdline_request.response)
        return cmdline_request.response->cmdline;
    return executable_file.response ? executable_file.response->executable_file->cmdline : "";
}

const char *word(const char *name)
{
    for (const char *at = command_line(); *at; at++) {
        const char *n = name, *v = at;
        while (*n && *n == *v)
            n++, v++;
        if (!*n && *v == '=')
            return v + 1;
        while (*at && *at != ' ')
            at++;
        if (!*at)
            break;
    }
    return NULL;
}

uint64_t word_number(const char *name, uint64_t otherwise)
{
    const char *text = word(name);
    uint64_t value = 0;
    if (!text)
        return otherwise;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    return value;
}

/* A loader that knows revision 3 says which one it used; Limine 8.2 and before know 0 to 2. */
static void find_revision(void)
{
    if (LIMINE_LOADED_BASE_REVISION_VALID(base_revision) && base_revision[0])
        revision = (unsigned)LIMINE_LOADED_BASE_REVISION(base_revision);
    else if (base_revision[0])
        revision = LIMINE_BASE_REVISION_SUPPORTED(base_revision) ? REVISION : 2;
}

static void check_revision(void)
{
#ifndef NO_TAG
    unsigned expected = REVISION > 3 ? 3 : REVISION;
    if (own_loader) {
        check_equal(LIMINE_LOADED_BASE_REVISION(base_revision), expected, "base revision used");
        check_equal(LIMINE_BASE_REVISION_SUPPORTED(base_revision), REVISION <= 3,
                    "base revision supported");
    }
#endif
    if (revision >= 2)
        check(!outside_markers.response, "requests outside of the delimiters are not answered");
}

void test_main(void)
{
    find_revision();
    arch_console_open();
    const char *name = bootloader_info.response ? bootloader_info.response->name : "?";
    own_loader = string_equal(name, "Bactrian boot");
    print("test kernel booted by ");
    print(name);
    print("\n");
    check_revision();
    arch_check_state();
    check_memory();
    check_pages();
    check_files();
    check_tables();
    check_other();
    check_cores();
    arch_check_more();
    print("test kernel: ");
    print_number(nr_passed, 10);
    print(" passed, ");
    print_number(nr_failed, 10);
    print(" failed\n");
    arch_exit(nr_failed == 0);
}
