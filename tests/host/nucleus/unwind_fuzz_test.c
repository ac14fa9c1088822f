/* unwind_fuzz_test.c: unwinding by damaged call-frame information: it reads no byte outside of the
 * tables (AddressSanitizer), ends, and a step that fails changes nothing. The tables are this
 * program's own. */
#include "dwarf_expression.h"
#include "hosted.h"
#include "unwind.h"
#include <link.h>

#define SEED_MAX    6000
#define ENTRIES_MAX 200

static uint8_t seed[SEED_MAX];
static size_t seed_size;
static struct {
    size_t at, size;       /* of the entry's bytes in the seed */
    uint64_t start, range; /* of its code, as an offset from the seed; its size */
} entry[ENTRIES_MAX];
static unsigned nr_entries;

/* ---- The seed ---- */

static int find_tables(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
            *(const uint8_t **)context =
                (const uint8_t *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    return 1; /* the program itself comes first */
}

static uint32_t word_at(const uint8_t *at)
{
    uint32_t word;
    memcpy(&word, at, 4);
    return word;
}

/* Copies the first entries of .eh_frame and notes where each function is from the copy's point of
 * view. */
static void make_seed(void)
{
    const uint8_t *header = NULL;
    dl_iterate_phdr(find_tables, &header);
    if (!header || header[1] != 0x1b)
        SKIP("this program has no .eh_frame_hdr");
    const uint8_t *from = header + 4 + (int32_t)word_at(header + 4);
    while (word_at(from + seed_size) != 0 &&
           seed_size + word_at(from + seed_size) + 4 <= SEED_MAX && nr_entries < ENTRIES_MAX) {
        const uint8_t *at = from + seed_size;
        if (word_at(at + 4) != 0) {
            entry[nr_entries].at = seed_size;
            entry[nr_entries].size = word_at(at) + 4;
            entry[nr_entries].start = seed_size + 8 + (int32_t)word_at(at + 8);
            entry[nr_entries++].range = word_at(at + 12);
        }
        seed_size += word_at(at) + 4;
    }
    memcpy(seed, from, seed_size);
    CHECK(nr_entries > 20);
}

/* ---- The machine that is unwound: a little memory full of addresses of that memory and of code
 * ---- */

#define MEMORY      0x10000ull
#define MEMORY_SIZE 0x1000ull

static uint64_t memory[MEMORY_SIZE / 8];
static const uint8_t *tables_start;

static uint64_t any_pc(void)
{
    unsigned which = check_random_below(nr_entries);
    return (uintptr_t)tables_start + entry[which].start +
           check_random_below(entry[which].range + 1);
}

static uint64_t any_value(void)
{
    switch (check_random_below(4)) {
    case 0:
        return any_pc();
    case 1:
        return check_random();
    default:
        return MEMORY + check_random_below(MEMORY_SIZE / 8) * 8;
    }
}

static bool read_memory(uint64_t addr, uint64_t *value)
{
    if (addr < MEMORY || addr - MEMORY >= MEMORY_SIZE || addr % 8)
        return false;
    *value = memory[(addr - MEMORY) / 8];
    return true;
}

/* ---- Damage ---- */

static void damage(uint8_t *tables, unsigned which)
{
    static const uint8_t bytes[] = {0,    1,    2,    3,    4,    5,    6,    7,    8,
                                    9,    0xa,  0xb,  0xc,  0xd,  0xe,  0xf,  0x10, 0x16,
                                    0x22, 0x23, 0x28, 0x2f, 0x30, 0x40, 0x70, 0x77, 0x7f,
                                    0x80, 0x94, 0xff, 'z',  'S',  'P',  'L',  'R',  'B'};
    uint8_t *at = tables + entry[which].at + check_random_below(entry[which].size);
    size_t left = tables + entry[which].at + entry[which].size - at;
    switch (check_random_below(7)) {
    case 0:
        tables[check_random_below(seed_size)] = check_random();
        break;
    case 4: /* the first CIE */
        tables[check_random_below(24)] = bytes[check_random_below(sizeof bytes)];
        break;
    case 1:
        *at ^= 1 << check_random_below(8);
        break;
    case 2:
        for (size_t i = 0; i < left; i++)
            at[i] = bytes[check_random_below(sizeof bytes)];
        break;
    case 3: /* an expression for the CFA or a register */
        if (left > 12) {
            *at = check_random_below(2) ? 0x0f : 0x10 + 6 * check_random_below(2);
            at[1] = check_random_below(17);
            for (unsigned i = 2; i < 12; i++)
                at[i] = bytes[check_random_below(sizeof bytes)];
        }
        break;
    default:
        *at = bytes[check_random_below(sizeof bytes)];
    }
}

static void unwind_damaged(void)
{
    uint8_t *bytes = memcpy(malloc(seed_size), seed, seed_size);
    tables_start = bytes;
    struct unwind_tables tables = {bytes, bytes + seed_size, 16, 7, 17, read_memory};
    unsigned which = check_random_below(nr_entries);
    for (unsigned times = check_random_below(6); times > 0; times--)
        damage(bytes, check_random_below(3) ? which : check_random_below(nr_entries));
    for (unsigned i = 0; i < ARRAY_LEN(memory); i++)
        memory[i] = any_value();

    struct unwind u = {.in_call = check_random_below(2)};
    u.pc = (uintptr_t)bytes + entry[which].start + check_random_below(entry[which].range + 1);
    u.sp = MEMORY + check_random_below(MEMORY_SIZE / 8) * 8;
    for (unsigned i = 0; i < 17; i++)
        u.reg[i] = any_value();
    for (unsigned steps = 0; steps < 10; steps++) {
        struct unwind before = u;
        if (!unwind_step(&tables, &u)) {
            CHECK(memcmp(&before, &u, sizeof u) == 0);
            break;
        }
        CHECK(u.pc != 0);
        CHECK(u.pc != before.pc || u.sp != before.sp);
        CHECK_EQ(u.sp, u.reg[7]);
    }
    free(bytes);
}

TEST(fuzz_unwind)
{
#ifndef __x86_64__
    SKIP("the host is no x86_64");
#endif
    struct check_count count = {0};
    make_seed();
    while (check_another(&count, check_seconds()))
        unwind_damaged();
}

/* Mostly operations that push, so that many have something to work on. */
static uint8_t any_operation(void)
{
    switch (check_random_below(8)) {
    case 6: /* branches, and what makes their distances short */
        return 0x28 + 7 * check_random_below(2);
    case 7:
        return -check_random_below(2);
    case 0:
    case 1:
        return 0x30 + check_random_below(32);
    case 2:
    case 3:
        return 0x70 + check_random_below(17);
    default:
        return 0x03 + check_random_below(0x94);
    }
}

TEST(fuzz_expression)
{
    struct check_count count = {0};
    struct unwind_tables tables = {NULL, NULL, 16, 7, 17, read_memory};
    while (check_another(&count, check_seconds())) {
        struct unwind u = {.pc = 0};
        size_t size = 1 + check_random_below(30);
        uint8_t *bytes = malloc(size);
        uint64_t value = check_random();
        for (size_t i = 0; i < size; i++)
            bytes[i] = any_operation();
        for (unsigned i = 0; i < 17; i++)
            u.reg[i] = MEMORY + check_random_below(MEMORY_SIZE);
        dwarf_expression(&tables, &u, cursor_of(bytes, bytes + size), check_random_below(2),
                         &value);
        free(bytes);
    }
}
