/* Strings, the small printf, dates. */
#include "core/date.h"
#include "core/format.h"
#include "core/string.h"

void *boot_memcpy(void *to, const void *from, size_t nr_bytes);
void *boot_memmove(void *to, const void *from, size_t nr_bytes);
void *boot_memset(void *to, int byte, size_t nr_bytes);
int boot_memcmp(const void *a, const void *b, size_t nr_bytes);

/* Every small size at every alignment of both sides, against the C library's. */
TEST(string_copies_and_fills)
{
    uint8_t from[64], to[64], expected[64];
    for (unsigned i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)(i + 1);
    for (unsigned a = 0; a < 9; a++) {
        for (unsigned b = 0; b < 9; b++) {
            for (unsigned size = 0; size < 40; size++) {
                memset(to, 0, sizeof to);
                memset(expected, 0, sizeof expected);
                memcpy(expected + a, from + b, size);
                CHECK(boot_memcpy(to + a, from + b, size) == to + a);
                CHECK(memcmp(to, expected, sizeof to) == 0);
                boot_memset(to + a, 0xa5, size);
                memset(expected + a, 0xa5, size);
                CHECK(memcmp(to, expected, sizeof to) == 0);
            }
        }
    }
}

TEST(string_moves_overlapping_bytes)
{
    for (unsigned a = 0; a < 20; a++) {
        for (unsigned b = 0; b < 20; b++) {
            uint8_t got[64], expected[64];
            for (unsigned i = 0; i < sizeof got; i++)
                got[i] = expected[i] = (uint8_t)i;
            boot_memmove(got + a, got + b, 30);
            memmove(expected + a, expected + b, 30);
            CHECK(memcmp(got, expected, sizeof got) == 0);
        }
    }
}

TEST(string_compares)
{
    CHECK(boot_memcmp("abc", "abd", 2) == 0 && boot_memcmp("abc", "abd", 3) < 0 &&
          boot_memcmp("b\xff", "b\x01", 2) > 0);
    CHECK(string_equal("", "") && string_equal("ab", "ab") && !string_equal("ab", "abc") &&
          !string_equal("abc", "ab"));
    CHECK(string_starts("kernel", "ker") && string_starts("k", "") && !string_starts("k", "ke"));
}

static void expect_format(const char *expected, size_t size, const char *text, ...)
{
    char buffer[64];
    va_list args;
    memset(buffer, 'x', sizeof buffer);
    va_start(args, text);
    CHECK_EQ(format_va(buffer, size, text, args), strlen(expected));
    va_end(args);
    if (strcmp(buffer, expected))
        FAIL("\"%s\" instead of \"%s\"", buffer, expected);
    CHECK(buffer[size] == 'x');
}

TEST(format_conversions)
{
    expect_format("a 5 -7 1f z % (none)", 60, "a %u %d %x %c %% %s", 5, -7, 0x1f, 'z', (char *)0);
    expect_format("18446744073709551615 ffffffffffffffff", 60, "%lu %lx", ~0ul, ~0ul);
    expect_format("-9223372036854775808 007", 60, "%ld %03u", (long)(1ul << 63), 7);
    expect_format("end", 60, "end%");
}

TEST(format_never_overruns)
{
    expect_format("abcde", 6, "%s", "abcdefgh");
    expect_format("", 1, "%s", "abcdefgh");
    expect_format("1234", 5, "%u", 123456u);
}

TEST(date_to_seconds)
{
    static const struct {
        struct date date;
        int64_t seconds;
    } known[] = {
        {{1970, 1, 1, 0, 0, 0}, 0},
        {{2000, 2, 29, 12, 0, 0}, 951825600},
        {{2000, 3, 1, 0, 0, 0}, 951868800},
        {{2024, 12, 31, 23, 59, 59}, 1735689599},
        {{2038, 1, 19, 3, 14, 8}, 2147483648},
        {{2100, 3, 1, 0, 0, 0}, 4107542400},
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        CHECK(date_valid(&known[i].date));
        CHECK_EQ(date_seconds(&known[i].date), known[i].seconds);
    }
}

TEST(date_rejects_nonsense)
{
    static const struct date wrong[] = {
        {1969, 1, 1, 0, 0, 0},  {2001, 2, 29, 0, 0, 0}, {2100, 2, 29, 0, 0, 0},
        {2001, 4, 31, 0, 0, 0}, {2001, 0, 1, 0, 0, 0},  {2001, 13, 1, 0, 0, 0},
        {2001, 1, 0, 0, 0, 0},  {2001, 1, 1, 24, 0, 0}, {2001, 1, 1, 0, 60, 0},
        {2001, 1, 1, 0, 0, 60},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!date_valid(&wrong[i]));
}
