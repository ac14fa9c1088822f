/* acpi.h: the parts of the reader of ACPI's static tables. Offsets and values are those of the ACPI
 * Specification 6.5 unless a file says otherwise; fields beyond a short (old) table read as zero.
 */
#ifndef DISCOVER_ACPI_H
#define DISCOVER_ACPI_H

#include "facts.h"

#define ACPI_HEADER_SIZE 36

/* A Generic Address Structure (section 5.2.3.2). */
struct acpi_address {
    uint8_t space, bit_width, access_size;
    uint64_t address;
};

enum { ACPI_MEMORY = 0, ACPI_PORT = 1 };

static inline struct acpi_address acpi_address(struct bytes table, size_t at)
{
    return (struct acpi_address){
        .space = bytes_u8(table, at),
        .bit_width = bytes_u8(table, at + 1),
        .access_size = bytes_u8(table, at + 3),
        .address = bytes_le64(table, at + 4),
    };
}

/* The whole table at the address, header included; false when its length or checksum is wrong. */
bool acpi_read_table(discover_map_fn *map, phys_t addr, struct bytes *table);

void acpi_madt(struct discovered *d, struct bytes table);
void acpi_fadt(struct discovered *d, struct bytes table, discover_map_fn *map);
void acpi_spcr(struct discovered *d, struct bytes table);
void acpi_gtdt(struct discovered *d, struct bytes table);
void acpi_hpet(struct discovered *d, struct bytes table);
void acpi_rhct(struct discovered *d, struct bytes table);

#endif
