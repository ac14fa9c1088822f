/* discover_fuzz_test.c: discovery from damaged device trees and ACPI tables: it reads nothing
 * outside of what it was given (AddressSanitizer), and what it says keeps the promises of
 * discover.h.
 *
 * Mutations know the formats: they damage values, lengths and structure, and mend checksums, so
 * that the readers get past their first checks. */
#include "boards.h"
#include "discover.h"
#include "qemu.h"
#include "tables.h"

static struct discovered d;

static bool is_text(const char *text, size_t size)
{
    size_t n = strnlen(text, size);
    for (size_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return n < size;
}

static void check_promises(void)
{
    CHECK(d.nr_cores <= DISCOVER_CORES);
    CHECK(d.nr_reserved <= DISCOVER_RESERVED);
    CHECK(d.x86.nr_ioapics <= DISCOVER_IOAPICS);
    CHECK(d.arm.nr_gicr_more <= DISCOVER_GICR_MORE);
    CHECK(d.arm.nr_gicr_more == 0 || d.arm.gicr_size > 0);
    CHECK(is_text(d.model, sizeof d.model) && is_text(d.riscv.mmu_type, sizeof d.riscv.mmu_type));
    CHECK(d.console.kind <= CONSOLE_SBI && d.arm.gic <= GIC_V3 && d.arm.psci <= PSCI_SMC);
    CHECK(d.console.reg_shift < 8);
    CHECK(d.arm.v2m_nr_spis == 0 || (d.arm.v2m_spi_base >= 32 && d.arm.v2m_spi_base < 1020));
    CHECK(d.arm.v2m_nr_spis <= 988);
    CHECK(d.riscv.imsic_guest_bits <= 7 && d.riscv.imsic_hart_bits <= 14);
    CHECK(d.riscv.imsic_group_bits <= 7 && d.riscv.imsic_group_shift <= 55);
    CHECK(d.x86.s5_sleep_type_a >= -1 && d.x86.s5_sleep_type_a < 8);
    for (uint32_t i = 0; i < d.nr_reserved; i++)
        CHECK(d.reserved[i].base < d.reserved[i].end);
    for (uint32_t i = 0; i < d.nr_cores; i++) {
        CHECK(d.core[i].plic_context >= -1 && d.core[i].imsic_index >= -1);
        for (uint32_t j = 0; j < i; j++)
            CHECK(d.core[i].hw_id != d.core[j].hw_id);
    }
}

static uint32_t odd_number(void)
{
    static const uint32_t numbers[] = {0,  1,      2,          3,          4,          8,
                                       16, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
    return check_random_below(4) ? numbers[check_random_below(ARRAY_LEN(numbers))] : check_random();
}

/* ---- Device trees ---- */

#define SEEDS_MAX 8

static struct {
    uint8_t *blob;
    size_t size;
} seed[SEEDS_MAX];
static unsigned nr_seeds;

static void add_seed(const uint8_t *blob, size_t size)
{
    seed[nr_seeds].blob = memcpy(malloc(size), blob, size);
    seed[nr_seeds++].size = size;
}

static uint32_t be32_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* Moves or repeats a stretch of the structure block, in whole tokens' alignment. */
static void shuffle(uint8_t *structure, size_t size)
{
    size_t length = 4 * (1 + check_random_below(size / 8)), limit = (size - length) / 4 + 1;
    size_t from = 4 * check_random_below(limit), to = 4 * check_random_below(limit);
    memmove(structure + to, structure + from, length);
}

static void damage_tree(uint8_t *blob, size_t size)
{
    size_t structure = be32_at(blob + 8), structure_size = be32_at(blob + 36);
    if (structure >= size || structure_size > size - structure || structure_size < 64)
        return;
    uint8_t *cell = blob + structure + 4 * check_random_below(structure_size / 4);
    switch (check_random_below(8)) {
    case 0:
        blob[check_random_below(size)] ^= 1 << check_random_below(8);
        break;
    case 1:
        put_be32(blob + 4 * check_random_below(10), odd_number());
        break;
    case 2:
        shuffle(blob + structure, structure_size);
        break;
    case 3:
        put_be32(cell, 1 + check_random_below(4)); /* another token */
        break;
    case 4:
        cell[check_random_below(4)] = check_random();
        break;
    default:
        put_be32(cell, odd_number());
    }
}

static void read_damaged_tree(void)
{
    unsigned which = check_random_below(nr_seeds), times = 1 + check_random_below(12);
    size_t size = seed[which].size;
    uint8_t *blob = memcpy(malloc(size), seed[which].blob, size);
    while (times-- > 0)
        damage_tree(blob, size);
    if (check_random_below(20) == 0)
        blob = realloc(blob, size = 1 + check_random_below(size));
    discover_init(&d);
    discover_dtb(&d, blob, size);
    check_promises();
    free(blob);
}

/* Trims what QEMU pads its blobs with, so that mutations hit. */
static void add_qemu_seed(const char *program, const char *machine)
{
    size_t size;
    if (!program_exists(program))
        return;
    uint8_t *blob = qemu_device_tree(program, machine, "-smp 2", &size);
    uint32_t strings_end = be32_at(blob + 12) + be32_at(blob + 32);
    uint32_t structure_end = be32_at(blob + 8) + be32_at(blob + 36);
    size = MIN(size, MAX(strings_end, structure_end));
    put_be32(blob + 4, size);
    add_seed(blob, size);
    free(blob);
}

TEST(fuzz_dtb)
{
    static struct tree tree;
    struct check_count count = {0};
    add_seed(tree.blob, board_arm(&tree));
    add_seed(tree.blob, board_riscv(&tree));
    add_qemu_seed("qemu-system-aarch64", "virt,gic-version=2");
    add_qemu_seed("qemu-system-aarch64", "virt,gic-version=3");
    add_qemu_seed("qemu-system-riscv64", "virt,aia=aplic-imsic");
    while (check_another(&count, check_seconds()))
        read_damaged_tree();
}

/* ---- ACPI ---- */

/* The start and size of some table; the root pointer counts as one. */
static uint8_t *any_table(size_t *size)
{
    unsigned which = check_random_below(nr_tables + 1);
    phys_t end = which + 1 < nr_tables ? tables_all[which + 1] : TABLES_BASE + tables_used;
    *size = which == nr_tables ? 36 : end - tables_all[which];
    return which == nr_tables ? tables_memory : table_at(tables_all[which]);
}

static void damage_table(void)
{
    size_t size;
    uint8_t *table = any_table(&size), *at = table + check_random_below(size);
    switch (check_random_below(5)) {
    case 0:
        *at ^= 1 << check_random_below(8);
        break;
    case 1:
        put_le(table + 4, odd_number() % 8192, 4);
        break;
    case 2:
        put_le(at, odd_number(), 1 + check_random_below(MIN(4, table + size - at)));
        break;
    case 3:
        memmove(at, table + check_random_below(size), (table + size - at) / 2);
        break;
    default:
        *at = check_random();
    }
    if (table == tables_memory) {
        table_checksum(table, 20, 8);
        table_checksum(table, 36, 32);
        return;
    }
    size_t claimed = table[4] | table[5] << 8;
    if (claimed >= 36 && table + claimed <= tables_memory + TABLES_SIZE)
        table_checksum(table, claimed, 9);
}

static void any_machine(void)
{
    switch (check_random_below(6)) {
    case 0:
        return tables_pc(false);
    case 1:
        return tables_pc(true);
    case 2:
        return tables_arm(check_random_below(4), check_random_below(2));
    case 3:
        return tables_riscv(true, false);
    case 4:
        return tables_riscv(false, false);
    default:
        return tables_riscv(false, true);
    }
}

static void read_damaged_tables(void)
{
    unsigned times = 1 + check_random_below(10);
    any_machine();
    for (unsigned at = TABLES_SIZE - 4096; at < TABLES_SIZE; at += 8)
        put_le(tables_memory + at, check_random(), 8);
    while (times-- > 0)
        damage_table();
    discover_init(&d);
    discover_acpi(&d, TABLES_RSDP, tables_map);
    tables_unmap();
    check_promises();
}

TEST(fuzz_acpi)
{
    struct check_count count = {0};
    while (check_another(&count, check_seconds()))
        read_damaged_tables();
}

/* A DSDT of random bytes in which "_S5_" is frequent. */
TEST(fuzz_acpi_s5)
{
    static const uint8_t words[] = {8, '\\', '_', 'S', '5', '_',  0x12,
                                    0, 1,    0xa, 0xb, 0xc, 0x40, 2};
    struct check_count count = {0};
    while (check_another(&count, check_seconds() / 5)) {
        uint8_t aml[64];
        size_t size = check_random_below(sizeof aml);
        for (size_t i = 0; i < size; i++)
            aml[i] = check_random_below(4) && i % 8 < 6 ? words[i % 8]
                                                        : words[check_random_below(sizeof words)];
        tables_begin();
        phys_t dsdt = table_new("DSDT", 2, 36);
        table_append(dsdt, aml, size);
        table_seal(dsdt);
        tables_fadt(0, dsdt);
        tables_finish(true);
        discover_init(&d);
        CHECK_EQ(discover_acpi(&d, TABLES_RSDP, tables_map), 0);
        tables_unmap();
        check_promises();
    }
}
