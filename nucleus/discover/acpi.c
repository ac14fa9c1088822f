/* acpi.c: finds ACPI's static tables from the RSDP on, and has each read that we know.
 *
 * Source: ACPI Specification 6.5, sections 5.2.5 (RSDP) to 5.2.8 (XSDT). A table is read only when
 * its length is sensible and its bytes sum to zero. */
#include "acpi.h"
#include "errno.h"

#define TABLE_SIZE_MAX (16 * MIB)
#define TABLES_MAX     256

static bool sums_to_zero(struct bytes b)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < b.size; i++)
        sum += b.data[i];
    return sum == 0;
}

static bool read_memory(discover_map_fn *map, phys_t addr, size_t size, struct bytes *b)
{
    if (addr == 0 || addr > UINT64_MAX - size)
        return false;
    *b = (struct bytes){map(addr, size), size};
    return b->data != NULL;
}

bool acpi_read_table(discover_map_fn *map, phys_t addr, struct bytes *table)
{
    if (!read_memory(map, addr, ACPI_HEADER_SIZE, table))
        return false;
    uint32_t size = bytes_le32(*table, 4);
    return size >= ACPI_HEADER_SIZE && size <= TABLE_SIZE_MAX &&
           read_memory(map, addr, size, table) && sums_to_zero(*table);
}

static void read_table(struct discovered *d, struct bytes table, discover_map_fn *map)
{
    static const struct {
        const char *signature;
        void (*read)(struct discovered *d, struct bytes table);
    } readers[] = {{"APIC", acpi_madt},
                   {"SPCR", acpi_spcr},
                   {"GTDT", acpi_gtdt},
                   {"HPET", acpi_hpet},
                   {"RHCT", acpi_rhct}};
    for (unsigned i = 0; i < ARRAY_LEN(readers); i++)
        if (bytes_start_with(table, readers[i].signature))
            readers[i].read(d, table);
    if (bytes_start_with(table, "FACP"))
        acpi_fadt(d, table, map);
}

/* "OEM TABLE", without the padding of either. */
static void read_model(struct discovered *d, struct bytes root)
{
    char text[16];
    size_t size = 0;
    for (size_t at = 10; at < 24; at++) {
        char c = (char)bytes_u8(root, at);
        if (at == 16 && size > 0)
            text[size++] = ' ';
        if (c != ' ' && c != '\0')
            text[size++] = c;
    }
    facts_text(d->model, sizeof d->model, (struct bytes){(const uint8_t *)text, size});
}

/* The tables that the XSDT (64-bit addresses) or RSDT (32-bit ones) lists. */
static bool read_root(struct discovered *d, phys_t addr, bool is_xsdt, discover_map_fn *map)
{
    struct bytes root, table;
    size_t size = is_xsdt ? 8 : 4;
    if (!acpi_read_table(map, addr, &root) || !bytes_start_with(root, is_xsdt ? "XSDT" : "RSDT"))
        return false;
    d->from_acpi = true;
    if (d->model[0] == '\0')
        read_model(d, root);
    for (size_t i = 0; i < TABLES_MAX && bytes_hold(root, ACPI_HEADER_SIZE + i * size, size); i++) {
        addr = bytes_little_endian(root, ACPI_HEADER_SIZE + i * size, size);
        if (acpi_read_table(map, addr, &table))
            read_table(d, table, map);
    }
    return true;
}

int discover_acpi(struct discovered *d, phys_t rsdp, discover_map_fn *map)
{
    struct bytes b, extended;
    if (!read_memory(map, rsdp, 20, &b) || !bytes_start_with(b, "RSD PTR ") || !sums_to_zero(b))
        return -EINVAL;
    phys_t rsdt = bytes_le32(b, 16);
    bool has_xsdt =
        bytes_u8(b, 15) >= 2 && read_memory(map, rsdp, 36, &extended) && sums_to_zero(extended);
    if (has_xsdt && read_root(d, bytes_le64(extended, 24), true, map))
        return 0;
    return read_root(d, rsdt, false, map) ? 0 : -EINVAL;
}
