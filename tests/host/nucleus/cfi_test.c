/* cfi_test.c: call-frame information, byte by byte: programs, entries and expressions made here,
 * and what compilers make for our three architectures, compared row by row with binutils' reading
 * of it. */
#include "cfi.h"
#include "dwarf_expression.h"
#include "hosted.h"
#include <elf.h>

/* ---- Tables made here ---- */

static uint8_t section[1024];
static size_t section_size;

static bool read_word(uint64_t addr, uint64_t *value)
{
    *value = addr * 0x100000001;
    return addr < 0x100000 && addr % 8 == 0;
}

static struct unwind_tables tables_here(void)
{
    return (struct unwind_tables){section, section + section_size, 16, 7, 17, read_word};
}

static void put(const void *bytes, size_t size)
{
    CHECK(section_size + size <= sizeof section);
    memcpy(section + section_size, bytes, size);
    section_size += size;
}

static void put_number(uint64_t value, size_t size)
{
    put(&value, size);
}

/* Sets the length of the entry that starts at `at` and ends here. */
static void close_entry(size_t at)
{
    uint32_t size = section_size - at - 4;
    memcpy(section + at, &size, 4);
}

/* Columns are x86_64's; offsets are counted in -8 bytes; the first row has CFA rsp+8, ra at c-8. */
static void put_cie(uint8_t version, const char *augmentation, const void *data, size_t size)
{
    size_t at = section_size;
    put_number(0, 8);
    put_number(version, 1);
    put(augmentation, strlen(augmentation) + 1);
    put("\x01\x78\x10", 3);
    put(data, size);
    put("\x0c\x07\x08\x90\x01", 5);
    close_entry(at);
}

static uint64_t fde_start = 0x1000;

/* Covers 0x100 bytes from there, with pointers of 8 bytes, absolute. */
static void put_fde(size_t cie, const char *augmentation, const void *program, size_t size)
{
    size_t at = section_size;
    put_number(0, 4);
    put_number(section_size - cie, 4);
    put_number(fde_start, 8);
    put_number(0x100, 8);
    put(augmentation, strlen(augmentation));
    if (!*augmentation)
        put_number(0, 1);
    put(program, size);
    close_entry(at);
}

static bool find(uint64_t addr, struct cfi_frame *frame)
{
    uint8_t *exact = malloc(section_size);
    struct unwind_tables tables = tables_here();
    memcpy(exact, section, section_size);
    tables.eh_frame = exact;
    tables.eh_frame_end = exact + section_size;
    bool found = cfi_find(&tables, addr, frame);
    free(exact);
    return found;
}

static struct cfi_frame frame;

/* Makes the section of one program and runs it up to 0x1000 + at. */
static bool run(const void *program, size_t size, unsigned at)
{
    section_size = 0;
    put_cie(1, "zR", "\x01\x00", 2);
    put_fde(0, "", program, size);
    return find(0x1000 + at, &frame);
}

#define RUN(at, ...) run((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}), at)

static void cfa_is(uint64_t column, int64_t offset)
{
    CHECK(!frame.row.is_cfa_expression);
    CHECK_EQ(frame.row.cfa_register, column);
    CHECK_EQ(frame.row.cfa_offset, offset);
}

static void rule_is(unsigned column, enum cfi_rule rule, int64_t value)
{
    CHECK_EQ(frame.row.rule[column], rule);
    CHECK_EQ(frame.row.value[column], value);
}

TEST(cfi_initial_row)
{
    CHECK(RUN(0, 0));
    cfa_is(7, 8);
    rule_is(16, RULE_OFFSET, -8);
    rule_is(3, RULE_UNSPECIFIED, 0);
    CHECK(!frame.is_signal_frame);
}

TEST(cfi_locations)
{
    /* advance 2, 3, 0x10 by each form; then set_loc 0x1080 */
    const uint8_t program[] = {0x42, 0x0e, 16,   0x02, 3, 0x0e, 24, 0x03, 0x10, 0,
                               0x0e, 32,   0x04, 0x10, 0, 0,    0,  0x0e, 40,   0x01,
                               0x80, 0x10, 0,    0,    0, 0,    0,  0,    0x0e, 48};
    static const struct {
        unsigned at;
        int64_t offset;
    } expected[] = {{0, 8},     {1, 8},     {2, 16},    {4, 16},    {5, 24},    {0x14, 24},
                    {0x15, 32}, {0x24, 32}, {0x25, 40}, {0x7f, 40}, {0x80, 48}, {0xff, 48}};
    for (unsigned i = 0; i < ARRAY_LEN(expected); i++) {
        CHECK(run(program, sizeof program, expected[i].at));
        cfa_is(7, expected[i].offset);
    }
}

TEST(cfi_cfa_rules)
{
    CHECK(RUN(0, 0x0c, 6, 0x90, 1));
    cfa_is(6, 144);
    CHECK(RUN(0, 0x12, 6, 0x7e));
    cfa_is(6, 16);
    CHECK(RUN(0, 0x0d, 3));
    cfa_is(3, 8);
    CHECK(RUN(0, 0x13, 0x7d));
    cfa_is(7, 24);
    CHECK(RUN(0, 0x0f, 1, 0x30, 0x0e, 32));
    CHECK(frame.row.is_cfa_expression); /* an offset does not end it, a register does */
    CHECK(RUN(0, 0x0f, 1, 0x30, 0x0d, 6));
    cfa_is(6, 8);
}

TEST(cfi_register_rules)
{
    CHECK(RUN(0, 0x83, 2, 0x05, 12, 3, 0x11, 13, 0x7c, 0x14, 14, 5, 0x15, 15, 0x7a));
    rule_is(3, RULE_OFFSET, -16);
    rule_is(12, RULE_OFFSET, -24);
    rule_is(13, RULE_OFFSET, 32);
    rule_is(14, RULE_VAL_OFFSET, -40);
    rule_is(15, RULE_VAL_OFFSET, 48);
    CHECK(RUN(0, 0x07, 3, 0x08, 12, 0x09, 13, 14, 0x2f, 15, 2));
    rule_is(3, RULE_UNDEFINED, 0);
    rule_is(12, RULE_SAME, 0);
    rule_is(13, RULE_REGISTER, 14);
    rule_is(15, RULE_OFFSET, 16);
    CHECK(RUN(0, 0x10, 3, 1, 0x30, 0x16, 12, 2, 0x30, 0x96));
    CHECK_EQ(frame.row.rule[3], RULE_EXPRESSION);
    CHECK_EQ(frame.row.rule[12], RULE_VAL_EXPRESSION);
    CHECK_EQ(section[frame.row.value[12]], 2);
}

TEST(cfi_restoring)
{
    CHECK(RUN(0, 0x90, 4, 0xd0));
    rule_is(16, RULE_OFFSET, -8);
    CHECK(RUN(0, 0x05, 16, 4, 0x83, 2, 0x06, 16, 0xc3));
    rule_is(16, RULE_OFFSET, -8);
    rule_is(3, RULE_UNSPECIFIED, 0);
    CHECK(RUN(0, 0x0a, 0x83, 2, 0x0a, 0x0e, 16, 0x0b));
    cfa_is(7, 8);
    rule_is(3, RULE_OFFSET, -16);
    CHECK(RUN(0, 0x0a, 0x83, 2, 0x0a, 0x0e, 16, 0x0b, 0x0b));
    rule_is(3, RULE_UNSPECIFIED, 0);
}

TEST(cfi_passed_over)
{
    CHECK(
        RUN(0, 0x2e, 0x90, 1, 0x2d, 0x00, 0x05, 0x80, 2, 1, 0x0e, 16)); /* column 256 is not ours */
    cfa_is(7, 16);
    CHECK(RUN(0, 0x06, 99, 0xd9, 0x07, 17, 0x0e, 24));
    cfa_is(7, 24);
}

TEST(cfi_malformed_programs)
{
    CHECK(!RUN(0, 0x0b));                               /* nothing remembered */
    CHECK(!RUN(0, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a)); /* too much */
    CHECK(!RUN(0, 0x17));                               /* no such instruction */
    CHECK(!RUN(0, 0x3f, 0x01));
    CHECK(!RUN(0, 0x0e));          /* cut off */
    CHECK(!RUN(0, 0x0c, 7, 0x80)); /* a number without an end */
    CHECK(!RUN(0, 0x0f, 5, 0x30)); /* a block beyond the end */
    CHECK(RUN(0, 0x41, 0x17));     /* beyond the row that was asked for */
}

TEST(cfi_entries)
{
    CHECK(RUN(0xff, 0));
    CHECK(!find(0x1100, &frame));
    CHECK(!find(0xfff, &frame));
    put_number(0, 4); /* the end of one object file's */
    size_t cie = section_size;
    put_cie(1, "zRS", "\x01\x00", 2);
    fde_start = 0x2000;
    put_fde(cie, "", "\x0e\x10", 2);
    put_number(0, 4);
    CHECK(find(0x1000, &frame) && !frame.is_signal_frame);
    CHECK(find(0x2000, &frame) && frame.is_signal_frame);
    cfa_is(7, 16);
    CHECK(!find(0x3000, &frame));
}

TEST(cfi_augmentations)
{
    section_size = 0;
    put_cie(1, "zRS", "\x01\x00", 2);
    put_fde(0, "", "", 0);
    CHECK(find(0x1000, &frame) && frame.is_signal_frame);
    section_size = 0;
    put_cie(3, "zPLR", "\x07\x9b\x01\x02\x03\x04\x1b\x00", 8);
    put_fde(0, "\x04\x01\x02\x03\x04", "\x0e\x20", 2);
    CHECK(find(0x1000, &frame));
    cfa_is(7, 32);
    section_size = 0;
    put_cie(1, "", "", 0);
    size_t at = section_size;
    put_fde(0, "", "\x0e\x20", 2);
    memmove(section + at + 24, section + at + 25, 2); /* no augmentation data */
    section_size--;
    section[at]--;
    CHECK(find(0x1000, &frame));
    cfa_is(7, 32);
    section_size = 0;
    put_cie(1, "zX", "\x01\x00", 2);
    put_fde(0, "", "", 0);
    CHECK(!find(0x1000, &frame));
    section_size = 0;
    put_cie(1, "eh", "", 0);
    put_fde(0, "", "", 0);
    CHECK(!find(0x1000, &frame));
    section_size = 0;
    put_cie(2, "zR", "\x01\x00", 2);
    put_fde(0, "", "", 0);
    CHECK(!find(0x1000, &frame));
}

TEST(cfi_long_lengths)
{
    section_size = 0;
    put_cie(1, "zR", "\x01\x00", 2);
    put_number(0xffffffff, 4);
    put_number(4 + 16 + 1 + 2, 8);
    put_number(section_size, 4);
    put_number(0x1000, 8);
    put_number(0x100, 8);
    put("\x00\x0e\x28", 3);
    CHECK(find(0x1000, &frame));
    cfa_is(7, 40);
}

/* ---- Expressions ---- */

static bool evaluate(const void *bytes, size_t size, uint64_t *value)
{
    struct unwind u = {.pc = 0};
    struct unwind_tables tables = tables_here();
    uint8_t *exact = malloc(size);
    memcpy(exact, bytes, size);
    for (unsigned i = 0; i < 17; i++)
        u.reg[i] = 0x1000 * i;
    *value = 0x77;
    bool good = dwarf_expression(&tables, &u, cursor_of(exact, exact + size), true, value);
    free(exact);
    return good;
}

#define GIVES(expected, ...)                                                                       \
    do {                                                                                           \
        uint64_t value_;                                                                           \
        const uint8_t bytes_[] = {__VA_ARGS__};                                                    \
        CHECK(evaluate(bytes_, sizeof bytes_, &value_));                                           \
        CHECK_EQ(value_, expected);                                                                \
    } while (0)

#define FAILS(...)                                                                                 \
    do {                                                                                           \
        uint64_t value_;                                                                           \
        const uint8_t bytes_[] = {__VA_ARGS__};                                                    \
        CHECK(!evaluate(bytes_, sizeof bytes_, &value_));                                          \
    } while (0)

TEST(expression_constants)
{
    GIVES(0x77, 0x96);
    GIVES(31, 0x4f);
    GIVES(0x8877665544332211, 0x03, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
    GIVES(0xff, 0x08, 0xff);
    GIVES(-1ull, 0x09, 0xff);
    GIVES(0xfffe, 0x0a, 0xfe, 0xff);
    GIVES(-2ull, 0x0b, 0xfe, 0xff);
    GIVES(0xfffffffe, 0x0c, 0xfe, 0xff, 0xff, 0xff);
    GIVES(-2ull, 0x0d, 0xfe, 0xff, 0xff, 0xff);
    GIVES(0x4000000000000001, 0x0e, 1, 0, 0, 0, 0, 0, 0, 0x40);
    GIVES(-2ull, 0x0f, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    GIVES(300, 0x10, 0xac, 2);
    GIVES(-128ull, 0x11, 0x80, 0x7f);
}

TEST(expression_registers_and_memory)
{
    GIVES(0x3000 - 8, 0x73, 0x78);
    GIVES(0x10000, 0x80, 0);
    GIVES(0xf001, 0x92, 15, 1);
    GIVES(0x0000300000003000, 0x73, 0, 0x06);
    GIVES(0x30, 0x73, 1, 0x94, 1);
    GIVES(0x300000003000, 0x73, 0, 0x94, 8);
    GIVES(0x0030080000300800, 0x73, 7, 0x94, 8); /* across two words */
    FAILS(0x81, 0);                              /* no such register here */
    FAILS(0x92, 99, 0);
    FAILS(0x73, 0, 0x94, 0);
    FAILS(0x73, 0, 0x94, 9);
    FAILS(0x0c, 0, 0, 0, 0x7f, 0x06); /* memory that cannot be read */
}

TEST(expression_stack)
{
    GIVES(2, 0x31, 0x32);
    GIVES(1, 0x31, 0x32, 0x13);
    GIVES(1, 0x31, 0x32, 0x14);
    GIVES(1, 0x31, 0x32, 0x33, 0x15, 2);
    GIVES(1, 0x31, 0x32, 0x16);
    GIVES(2, 0x31, 0x32, 0x16, 0x13);
    GIVES(2, 0x31, 0x32, 0x33, 0x17); /* rot: 1 2 3 becomes 3 1 2 */
    GIVES(1, 0x31, 0x32, 0x33, 0x17, 0x13);
    GIVES(3, 0x31, 0x32, 0x33, 0x17, 0x13, 0x13);
    GIVES(4, 0x32, 0x12, 0x22);
    FAILS(0x13, 0x13);
    FAILS(0x13);
    FAILS(0x14);
    FAILS(0x15, 1);
    FAILS(0x31, 0x2f, 0xfc, 0xff); /* pushes without end */
}

TEST(expression_arithmetic)
{
    GIVES(5, 0x11, 0x7b, 0x19);
    GIVES(4, 0x36, 0x3c, 0x1a);
    GIVES(-3ull, 0x11, 0x7a, 0x32, 0x1b);
    GIVES(1, 0x31, 0x30, 0x1c);
    GIVES(1, 0x37, 0x33, 0x1d);
    GIVES(21, 0x37, 0x33, 0x1e);
    GIVES(-7ull, 0x37, 0x1f);
    GIVES(-8ull, 0x37, 0x20);
    GIVES(7, 0x33, 0x36, 0x21);
    GIVES(9, 0x33, 0x36, 0x22);
    GIVES(303, 0x33, 0x23, 0xac, 2);
    GIVES(24, 0x33, 0x33, 0x24);
    GIVES(0, 0x33, 0x08, 64, 0x24);
    GIVES(0x1fffffffffffffff, 0x30, 0x20, 0x33, 0x25);
    GIVES(-1ull, 0x30, 0x20, 0x33, 0x26);
    GIVES(-1ull, 0x30, 0x20, 0x08, 99, 0x26);
    GIVES(5, 0x33, 0x36, 0x27);
    GIVES(0x8000000000000000, 0x31, 0x08, 63, 0x24, 0x30, 0x20, 0x1b); /* the least by -1 */
    FAILS(0x31, 0x30, 0x1b);
    FAILS(0x31, 0x30, 0x1d);
}

TEST(expression_comparisons_are_signed)
{
    static const uint8_t results[][3] = {/* -1 ? 1, 1 ? 1, 1 ? -1 */
                                         [0x29 - 0x29] = {0, 1, 0}, [0x2a - 0x29] = {0, 1, 1},
                                         [0x2b - 0x29] = {0, 0, 1}, [0x2c - 0x29] = {1, 1, 0},
                                         [0x2d - 0x29] = {1, 0, 0}, [0x2e - 0x29] = {1, 0, 1}};
    for (uint8_t op = 0x29; op <= 0x2e; op++) {
        GIVES(results[op - 0x29][0], 0x09, 0xff, 0x31, op);
        GIVES(results[op - 0x29][1], 0x31, 0x31, op);
        GIVES(results[op - 0x29][2], 0x31, 0x09, 0xff, op);
    }
}

TEST(expression_branches)
{
    GIVES(2, 0x32, 0x2f, 1, 0, 0x33);
    GIVES(2, 0x32, 0x31, 0x28, 1, 0, 0x33);
    GIVES(3, 0x32, 0x30, 0x28, 1, 0, 0x33);
    GIVES(0, 0x35, 0x31, 0x1c, 0x12, 0x28, 0xfa, 0xff); /* counts down to 0 */
    FAILS(0x2f, 0xfd, 0xff);                            /* loops for ever */
    FAILS(0x2f, 1, 0);
    FAILS(0x2f, 0xfc, 0xff);
    FAILS(0x2f, 0);
    FAILS(0xe0);
    FAILS(0x50); /* a location, not a value */
}

/* ---- What compilers make, against readelf ---- */

struct architecture {
    const char *prefix;
    uint8_t return_column, sp_column, registers;
    const char *names; /* of the columns, in order */
};

static const struct architecture x86_64 = {
    "x86_64-linux-gnu-", 16, 7, 17,
    "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 ra "};
static const struct architecture aarch64 = {"aarch64-linux-gnu-", 30, 31, 32,
                                            "x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 "
                                            "x16 x17 x18 x19 x20 x21 x22 x23 x24 x25 x26 "
                                            "x27 x28 x29 ra sp "};
static const struct architecture riscv64 = {"riscv64-linux-gnu-", 1, 2, 32,
                                            "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 "
                                            "a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 "
                                            "t6 "};

/* The column with a name; 99 for one that is not followed. */
static unsigned column_of(const struct architecture *arch, const char *name, size_t size)
{
    unsigned column = 0;
    for (const char *at = arch->names; *at; at = strchr(at, ' ') + 1, column++)
        if (strncmp(at, name, size) == 0 && at[size] == ' ')
            return column;
    return 99;
}

static uint8_t *load_section(const char *file, const char *name, uint64_t *addr, size_t *size)
{
    static uint8_t image[1 << 20];
    FILE *f = fopen(file, "rb");
    CHECK(f && fread(image, 1, sizeof image, f) > sizeof(Elf64_Ehdr));
    fclose(f);
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Shdr *sections = (const void *)(image + header->e_shoff);
    const char *names = (const char *)image + sections[header->e_shstrndx].sh_offset;
    for (unsigned i = 0; i < header->e_shnum; i++)
        if (strcmp(names + sections[i].sh_name, name) == 0) {
            *addr = sections[i].sh_addr;
            *size = sections[i].sh_size;
            return memcpy(malloc(*size), image + sections[i].sh_offset, *size);
        }
    FAIL("%s has no section %s", file, name);
}

/* What readelf prints for a rule, from what we found. */
static void describe_rule(const struct cfi_row *row, unsigned column, char *text)
{
    int64_t value = row->value[column];
    switch ((enum cfi_rule)row->rule[column]) {
    case RULE_UNSPECIFIED:
    case RULE_UNDEFINED:
        strcpy(text, "u");
        break;
    case RULE_SAME:
        strcpy(text, "s");
        break;
    case RULE_OFFSET:
        sprintf(text, "c%+ld", value);
        break;
    case RULE_VAL_OFFSET:
        sprintf(text, "v%+ld", value);
        break;
    case RULE_REGISTER:
        sprintf(text, "r%ld", value);
        break;
    case RULE_EXPRESSION:
        strcpy(text, "exp");
        break;
    case RULE_VAL_EXPRESSION:
        strcpy(text, "vexp");
        break;
    }
}

static void check_cfa(const struct architecture *arch, const struct cfi_row *row, const char *text)
{
    if (strcmp(text, "exp") == 0) {
        CHECK(row->is_cfa_expression);
        return;
    }
    size_t size = strcspn(text, "+-");
    if (row->is_cfa_expression || row->cfa_register != column_of(arch, text, size) ||
        row->cfa_offset != strtol(text + size, NULL, 10))
        FAIL("CFA is %lu%+ld, not %s", row->cfa_register, row->cfa_offset, text);
}

/* One line of a table: an address, the CFA, and the rules of the columns that the heading named. */
static void check_row(const struct architecture *arch, const struct unwind_tables *tables,
                      uint64_t shift, const char *heading, char *line)
{
    char *rest = line, text[32];
    uint64_t addr = strtoull(line, &rest, 16);
    struct cfi_frame found;
    if (!cfi_find(tables, addr + shift, &found))
        FAIL("no row for %lx", addr);
    check_cfa(arch, &found.row, strtok(rest, " \n"));
    for (const char *rule; (rule = strtok(NULL, " \n"));) {
        if (*rule == '(')
            continue; /* the name that goes with a number */
        heading += strspn(heading, " ");
        size_t size = strcspn(heading, " ");
        unsigned column = column_of(arch, heading, size);
        heading += size;
        if (column == 99)
            continue;
        describe_rule(&found.row, column, text);
        if (strcmp(text, rule) != 0)
            FAIL("%lx: column %u is %s, not %s", addr, column, text, rule);
    }
}

/* Returns how many rows were compared. */
static unsigned check_listing(const struct architecture *arch, FILE *listing,
                              const struct unwind_tables *tables, uint64_t shift)
{
    char line[512], heading[512] = "";
    unsigned rows = 0;
    uint64_t end =
        0; /* of the function; gcc may have a last row there, which is for no instruction */
    while (fgets(line, sizeof line, listing)) {
        const char *range = strstr(line, "pc=");
        if (range || strstr(line, " CIE "))
            end = range ? strtoull(strstr(range, "..") + 2, NULL, 16) : 0;
        else if (strstr(line, " LOC "))
            strcpy(heading, strstr(line, "CFA") + 3);
        else if (strspn(line, "0123456789abcdef") == 16 && strtoull(line, NULL, 16) < end) {
            check_row(arch, tables, shift, heading, line);
            rows++;
        }
    }
    return rows;
}

static void check_compiled(const struct architecture *arch, const char *options)
{
    char file[64], command[512];
    snprintf(command, sizeof command, "command -v %sgcc >/dev/null 2>&1", arch->prefix);
    if (system(command) != 0)
        SKIP("%sgcc is not installed", arch->prefix);
    check_scratch(file, sizeof file, "elf");
    snprintf(command, sizeof command,
             "%sgcc %s -fasynchronous-unwind-tables -nostdlib -static -o %s "
             "-Wl,--unresolved-symbols=ignore-all,-e,0 tests/host/nucleus/unwind_sample.c",
             arch->prefix, options, file);
    CHECK(system(command) == 0);

    uint64_t addr;
    size_t size;
    uint8_t *bytes = load_section(file, ".eh_frame", &addr, &size);
    struct unwind_tables tables = {bytes,           bytes + size,    arch->return_column,
                                   arch->sp_column, arch->registers, read_word};
    snprintf(command, sizeof command, "%sreadelf --debug-dump=frames-interp %s", arch->prefix,
             file);
    FILE *listing = popen(command, "r");
    unsigned rows = check_listing(arch, listing, &tables, (uintptr_t)bytes - addr);
    pclose(listing);
    if (rows < 30)
        FAIL("only %u rows were compared", rows);
    free(bytes);
}

TEST(cfi_of_gcc_for_x86_64)
{
    check_compiled(&x86_64, "-O2");
    check_compiled(&x86_64, "-O0");
    check_compiled(&x86_64, "-Os -fomit-frame-pointer");
}

TEST(cfi_of_gcc_for_aarch64)
{
    check_compiled(&aarch64, "-O2");
    check_compiled(&aarch64, "-O0");
    check_compiled(&aarch64, "-O2 -mbranch-protection=pac-ret");
}

TEST(cfi_of_gcc_for_riscv64)
{
    check_compiled(&riscv64, "-O2");
    check_compiled(&riscv64, "-O0");
    check_compiled(&riscv64, "-Os -msave-restore");
}
