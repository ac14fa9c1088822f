/* spcr.c: the Serial Port Console Redirection table: which port is the console.
 *
 * Sources: Microsoft, Serial Port Console Redirection Table (SPCR), revisions 2 to 4; the types of
 * ports, in Microsoft, Debug Port Table 2 (DBG2), table 3. */
#include "acpi.h"

enum { ACCESS_4_BYTES = 3 };
enum { INTERRUPT_8259 = 1 << 0, INTERRUPT_IO_APIC = 1 << 1 }; /* any further bit: a GSI as well */

static enum console_kind kind_of(uint8_t type, uint8_t space)
{
    switch (type) {
    case 0x00: /* 16550 */
    case 0x01: /* the subset of it that DBGP describes */
    case 0x12: /* with the address structure's widths */
        return space == ACPI_PORT ? CONSOLE_16550_PORT : CONSOLE_16550_MMIO;
    case 0x03: /* PL011 */
    case 0x0d: /* SBSA Generic UART, 32-bit accesses only */
    case 0x0e: /* SBSA Generic UART */
        return CONSOLE_PL011;
    case 0x15:
        return CONSOLE_SBI;
    }
    return CONSOLE_NONE;
}

static uint32_t baud_of(struct bytes table)
{
    static const uint32_t coded[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};
    uint32_t precise = bytes_u8(table, 8) >= 4 ? bytes_le32(table, 80) : 0;
    uint8_t code = bytes_u8(table, 58);
    return precise ? precise : code < ARRAY_LEN(coded) ? coded[code] : 0;
}

/* Registers are as far apart as they are wide; the width that accesses need may be more than that.
 */
static void read_registers(struct discovered *d, struct acpi_address address)
{
    bool is_wide = address.access_size == ACCESS_4_BYTES ||
                   (address.access_size == 0 && address.bit_width == 32);
    d->console.reg_width = is_wide || d->console.kind == CONSOLE_PL011 ? 4 : 1;
    if (d->console.kind == CONSOLE_16550_MMIO)
        d->console.reg_shift = is_wide || address.bit_width == 32 ? 2 : address.bit_width == 16;
}

static void read_interrupt(struct discovered *d, struct bytes table)
{
    uint8_t type = bytes_u8(table, 52);
    d->console.has_irq = type != 0;
    d->console.irq = type == INTERRUPT_8259 ? bytes_u8(table, 53) : bytes_le32(table, 54);
}

void acpi_spcr(struct discovered *d, struct bytes table)
{
    struct acpi_address address = acpi_address(table, 40);
    enum console_kind kind = kind_of(bytes_u8(table, 36), address.space);
    if (d->console.kind != CONSOLE_NONE || kind == CONSOLE_NONE)
        return;
    if (kind != CONSOLE_SBI && (address.address == 0 || address.space > ACPI_PORT))
        return;
    d->console.kind = kind;
    d->console.base = address.address;
    d->console.baud = baud_of(table);
    d->console.clock_hz = bytes_u8(table, 8) >= 3 ? bytes_le32(table, 76) : 0;
    read_registers(d, address);
    read_interrupt(d, table);
}
