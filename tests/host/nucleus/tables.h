/* tables.h: writes ACPI tables into a small made-up physical memory, for tests. */
#ifndef TESTS_HOST_NUCLEUS_TABLES_H
#define TESTS_HOST_NUCLEUS_TABLES_H

#include "hosted.h"

#define TABLES_BASE 0x7000000ull /* physical */
#define TABLES_SIZE 32768
#define TABLES_RSDP TABLES_BASE /* the root pointer stands first */
#define TABLES_MOST 16

static uint8_t tables_memory[TABLES_SIZE];
static size_t tables_used;
static phys_t tables_all[TABLES_MOST], tables_list[TABLES_MOST]; /* made; listed by the root */
static unsigned nr_tables, tables_listed;

static inline void put_le(uint8_t *to, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        to[i] = value >> 8 * i;
}

static inline uint8_t *table_at(phys_t addr)
{
    return tables_memory + (addr - TABLES_BASE);
}

/* Makes the bytes sum to zero by the one at `where`. */
static inline void table_checksum(uint8_t *bytes, size_t size, size_t where)
{
    uint8_t sum = 0;
    bytes[where] = 0;
    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    bytes[where] = -sum;
}

static inline void tables_begin(void)
{
    memset(tables_memory, 0xee, sizeof tables_memory);
    tables_used = 64;
    nr_tables = tables_listed = 0;
}

/* A table of zeros; its address. */
static inline phys_t table_new(const char *signature, uint8_t revision, size_t size)
{
    CHECK(tables_used + size <= TABLES_SIZE && nr_tables < TABLES_MOST);
    phys_t addr = tables_all[nr_tables++] = TABLES_BASE + tables_used;
    uint8_t *table = table_at(addr);
    memset(table, 0, size);
    memcpy(table, signature, 4);
    put_le(table + 4, size, 4);
    table[8] = revision;
    memcpy(table + 10, "ACME  TABLES  ", 14);
    tables_used += size;
    return addr;
}

/* Appends to the table made last. */
static inline void table_append(phys_t addr, const void *bytes, size_t size)
{
    CHECK(tables_used + size <= TABLES_SIZE);
    memcpy(tables_memory + tables_used, bytes, size);
    tables_used += size;
    put_le(table_at(addr) + 4, tables_used - (addr - TABLES_BASE), 4);
}

static inline void table_put(phys_t addr, size_t at, uint64_t value, unsigned size)
{
    put_le(table_at(addr) + at, value, size);
}

/* A Generic Address Structure. */
static inline void table_address(phys_t addr, size_t at, uint8_t space, uint8_t width,
                                 uint8_t access, uint64_t address)
{
    const uint8_t bytes[] = {space, width, 0, access};
    memcpy(table_at(addr) + at, bytes, 4);
    table_put(addr, at + 4, address, 8);
}

static inline void table_seal(phys_t addr)
{
    uint8_t *table = table_at(addr);
    uint32_t size = table[4] | table[5] << 8 | table[6] << 16;
    table_checksum(table, size, 9);
}

/* Seals a table and has the root list it. */
static inline void table_done(phys_t addr)
{
    table_seal(addr);
    CHECK(tables_listed < TABLES_MOST);
    tables_list[tables_listed++] = addr;
}

/* Writes the root table and the root pointer. */
static inline void tables_finish(bool has_xsdt)
{
    unsigned size = has_xsdt ? 8 : 4;
    phys_t root = table_new(has_xsdt ? "XSDT" : "RSDT", 1, 36);
    for (unsigned i = 0; i < tables_listed; i++) {
        uint8_t bytes[8];
        put_le(bytes, tables_list[i], 8);
        table_append(root, bytes, size);
    }
    table_seal(root);
    uint8_t *rsdp = tables_memory;
    memset(rsdp, 0, 36);
    memcpy(rsdp, "RSD PTR ", 8);
    rsdp[15] = has_xsdt ? 2 : 0;
    put_le(rsdp + 16, has_xsdt ? 0 : root, 4);
    put_le(rsdp + 20, 36, 4);
    put_le(rsdp + 24, has_xsdt ? root : 0, 8);
    table_checksum(rsdp, 20, 8);
    table_checksum(rsdp, 36, 32);
}

/* What discovery maps is a copy of exactly the size asked for, so that AddressSanitizer sees its
 * ends. */
#define MAPPED_MAX 4096

static void *mapped[MAPPED_MAX];
static unsigned nr_mapped;

static inline const void *tables_map(phys_t addr, size_t size)
{
    if (addr < TABLES_BASE || addr - TABLES_BASE > TABLES_SIZE ||
        size > TABLES_SIZE - (addr - TABLES_BASE))
        return NULL;
    CHECK(nr_mapped < MAPPED_MAX);
    void *copy = malloc(size);
    mapped[nr_mapped++] = copy;
    return memcpy(copy, table_at(addr), size);
}

static inline void tables_unmap(void)
{
    while (nr_mapped > 0)
        free(mapped[--nr_mapped]);
}

/* ---- Machines ---- */

#define BYTES(...)                                                                                 \
    (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[])                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define LE32(v) (uint8_t)(v), (uint8_t)((v) >> 8), (uint8_t)((v) >> 16), (uint8_t)((v) >> 24)
#define LE64(v) LE32((uint64_t)(v)), LE32((uint64_t)(v) >> 32)

static inline void tables_fadt(uint32_t flags, phys_t dsdt)
{
    phys_t fadt = table_new("FACP", 6, 276);
    table_put(fadt, 40, dsdt, 4);
    table_put(fadt, 64, 0x604, 4);
    table_put(fadt, 76, 0x608, 4);
    table_put(fadt, 108, 0x32, 1);
    table_put(fadt, 112, flags, 4);
    table_address(fadt, 116, 1, 8, 1, 0xcf9);
    table_put(fadt, 128, 0x0f, 1);
    table_put(fadt, 140, dsdt, 8);
    table_address(fadt, 184, 1, 16, 2, 0x704);
    table_address(fadt, 208, 1, 32, 3, 0xb008);
    table_address(fadt, 244, 0, 8, 1, 0xfea00200);
    table_done(fadt);
}

static inline phys_t tables_dsdt(void)
{
    phys_t dsdt = table_new("DSDT", 2, 36);
    table_append(dsdt,
                 BYTES(0x10, 0x20, '_', 'S', '5', '_', 0x12, 0x05, 0x02, 0x0a, 0x01)); /* bait */
    table_append(dsdt, BYTES(0x08, '_', 'S', '3', '_', 0x12, 0x04, 0x02, 0x01, 0x01));
    table_append(dsdt, BYTES(0x08, '\\', '_', 'S', '5', '_', 0x12, 0x46, 0x00, 0x04, 0x0a, 0x05,
                             0x01, 0x00, 0x00));
    table_seal(dsdt);
    return dsdt;
}

/* A PC of three cores (one with an id that needs an x2APIC), one of them to be plugged in. */
static inline void tables_pc(bool has_xsdt)
{
    tables_begin();
    phys_t madt = table_new("APIC", 3, 44);
    table_put(madt, 36, 0xfee00000, 4);
    table_put(madt, 40, 1, 4);
    table_append(madt, BYTES(0, 8, 7, 2, LE32(1)));
    table_append(madt, BYTES(0, 8, 8, 4, LE32(0)));
    table_append(madt, BYTES(0, 8, 9, 6, LE32(2)));
    table_append(madt, BYTES(0, 8, 9, 0xff, LE32(1)));
    table_append(madt, BYTES(9, 16, 0, 0, LE32(0x123), LE32(1), LE32(77)));
    table_append(madt, BYTES(9, 16, 0, 0, LE32(2), LE32(1), LE32(7)));
    table_append(madt, BYTES(1, 12, 3, 0, LE32(0xfec00000), LE32(0)));
    table_append(madt, BYTES(1, 12, 4, 0, LE32(0xfec10000), LE32(24)));
    table_append(madt, BYTES(2, 10, 0, 0, LE32(2), 0, 0));
    table_append(madt, BYTES(2, 10, 0, 9, LE32(9), 0x0f, 0));
    table_append(madt, BYTES(2, 10, 1, 5, LE32(50), 0x0f, 0));
    table_append(madt, BYTES(5, 12, 0, 0, LE64(0x1fee00000)));
    table_append(madt, BYTES(0x7f, 4, 1, 2));
    table_append(madt, BYTES(0, 0)); /* an entry without length ends the list */
    table_append(madt, BYTES(0, 8, 9, 0x10, LE32(1)));
    table_done(madt);
    tables_fadt(1 << 10, tables_dsdt());
    phys_t hpet = table_new("HPET", 1, 56);
    table_address(hpet, 40, 0, 64, 0, 0xfed00000);
    table_done(hpet);
    phys_t spcr = table_new("SPCR", 2, 80);
    table_address(spcr, 40, 1, 8, 1, 0x2f8);
    table_put(spcr, 52, 1, 1);
    table_put(spcr, 53, 3, 1);
    table_put(spcr, 58, 7, 1);
    table_done(spcr);
    tables_finish(has_xsdt);
}

static inline void tables_gicc(phys_t madt, uint32_t interface, uint32_t flags, uint64_t mpidr,
                               uint64_t gicr)
{
    uint8_t entry[82] = {0xb, 82};
    put_le(entry + 4, interface, 4);
    put_le(entry + 8, interface + 100, 4);
    put_le(entry + 12, flags, 4);
    put_le(entry + 32, 0x8010000, 8);
    put_le(entry + 60, gicr, 8);
    put_le(entry + 68, mpidr, 8);
    table_append(madt, entry, sizeof entry);
}

/* An Arm server; gic_version 0 leaves it to be seen from the redistributors. */
static inline void tables_arm(uint8_t gic_version, bool has_gicr)
{
    tables_begin();
    phys_t madt = table_new("APIC", 4, 44);
    tables_gicc(madt, 0, 1, 0x0, 0);
    tables_gicc(madt, 1, 0, 0x1, 0);
    tables_gicc(madt, 2, 8, 0x100, 0);
    tables_gicc(madt, 3, 1, 0x100000000, has_gicr ? 0x80e0000 : 0);
    table_append(madt,
                 BYTES(0xc, 24, 0, 0, LE32(0), LE64(0x8000000), LE32(0), gic_version, 0, 0, 0));
    table_append(madt, BYTES(0xd, 24, 0, 0, LE32(0), LE64(0x8020000), LE32(1), 64, 0, 80, 0));
    if (has_gicr) {
        table_append(madt, BYTES(0xe, 16, 0, 0, LE64(0x80a0000), LE32(0xf60000)));
        table_append(madt, BYTES(0xe, 16, 0, 0, LE64(0x4000000000), LE32(0x20000)));
        table_append(madt, BYTES(0xf, 20, 0, 0, LE32(0), LE64(0x8080000), LE32(0)));
    }
    table_done(madt);
    phys_t gtdt = table_new("GTDT", 2, 96);
    table_put(gtdt, 48, 29, 4);
    table_put(gtdt, 56, 30, 4);
    table_put(gtdt, 64, 27, 4);
    table_put(gtdt, 72, 26, 4);
    table_done(gtdt);
    phys_t spcr = table_new("SPCR", 4, 90);
    table_put(spcr, 36, 3, 1);
    table_address(spcr, 40, 0, 32, 3, 0x9000000);
    table_put(spcr, 52, 8, 1);
    table_put(spcr, 54, 33, 4);
    table_put(spcr, 58, 3, 1);
    table_put(spcr, 76, 24000000, 4);
    table_put(spcr, 80, 1500000, 4);
    table_done(spcr);
    phys_t fadt = table_new("FACP", 6, 276);
    table_put(fadt, 112, 1 << 20, 4);
    table_put(fadt, 129, 3, 2);
    table_done(fadt);
    tables_finish(true);
}

static inline void tables_hart(phys_t madt, uint32_t flags, uint64_t id, uint32_t input,
                               uint64_t imsic)
{
    table_append(madt, BYTES(0x18, 36, 1, 0, LE32(flags), LE64(id), LE32(id + 50), LE32(input),
                             LE64(imsic), LE32(0x1000)));
}

/* A RISC-V machine with a PLIC, or with an APLIC, alone (direct) or before IMSICs. */
static inline void tables_riscv(bool has_plic, bool has_imsics)
{
    tables_begin();
    phys_t madt = table_new("APIC", 6, 44);
    tables_hart(madt, 1, 3, 0x02000007, has_imsics ? 0x28008000 : 0);
    tables_hart(madt, 0, 4, 0x02000008, has_imsics ? 0x2800c000 : 0);
    tables_hart(madt, 1, 5, 0x02000009, has_imsics ? 0x28004000 : 0);
    if (has_imsics)
        table_append(madt, BYTES(0x19, 16, 1, 0, LE32(0), 255, 0, 0, 0, 2, 3, 1, 26));
    if (has_plic)
        table_append(madt, BYTES(0x1b, 36, 1, 2, LE64(0), 96, 0, 7, 0, LE32(0), LE32(0x600000),
                                 LE64(0xc000000), LE32(0)));
    else
        table_append(madt, BYTES(0x1a, 36, 1, 2, LE32(0), LE64(0), has_imsics ? 0 : 4, 0, 96, 0,
                                 LE32(0), LE64(0xd000000), LE32(0x8000)));
    table_done(madt);
    phys_t rhct = table_new("RHCT", 1, 56);
    table_put(rhct, 40, 10000000, 8);
    table_put(rhct, 48, 3, 4);
    table_put(rhct, 52, 56, 4);
    table_append(rhct, BYTES(0, 0, 24, 0, 1, 0, 15, 0, 'r', 'v', '6', '4', 'i', 'm', 'a', 'c', 'h',
                             '_', 's', 's', 't', 'c', 0, 0));
    table_append(rhct, BYTES(2, 0, 8, 0, 1, 0, 0, 1));
    table_append(rhct,
                 BYTES(0, 0, 18, 0, 1, 0, 9, 0, 'r', 'v', '6', '4', 'i', 'm', 'a', 'h', 0, 0));
    table_done(rhct);
    phys_t spcr = table_new("SPCR", 4, 90);
    table_put(spcr, 36, 0x15, 1);
    table_done(spcr);
    tables_finish(true);
}

#endif
