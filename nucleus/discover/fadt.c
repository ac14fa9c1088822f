/* fadt.c: ACPI's Fixed ACPI Description Table: how to switch off and reset, the power-management
 * timer, the PSCI conduit; and the sleep types of soft-off, which stand in the DSDT.
 *
 * Source: ACPI Specification 6.5, sections 5.2.9, 4.8.3 (registers), 7.4.2 (_Sx), 20.2 (AML). */
#include "acpi.h"

enum { FLAG_RESET_REGISTER = 1 << 10, FLAG_HARDWARE_REDUCED = 1 << 20 };
enum { ARM_PSCI = 1 << 0, ARM_PSCI_HVC = 1 << 1 };
enum { AML_ZERO = 0x00, AML_ONE = 0x01, AML_BYTE = 0x0a, AML_WORD = 0x0b, AML_DWORD = 0x0c };
enum { AML_NAME = 0x08, AML_PACKAGE = 0x12 };

/* Reads an AML integer below 8 at *at and moves past it; -1 when it is anything else. */
static int read_sleep_type(struct bytes aml, size_t *at)
{
    uint8_t code = bytes_u8(aml, *at);
    size_t size = code == AML_BYTE ? 1 : code == AML_WORD ? 2 : code == AML_DWORD ? 4 : 0;
    if (!bytes_hold(aml, *at, 1 + size) || (size == 0 && code != AML_ZERO && code != AML_ONE))
        return -1;
    uint64_t value = size ? bytes_little_endian(aml, *at + 1, size) : code;
    *at += 1 + size;
    return value < 8 ? (int)value : -1;
}

/* Name (_S5, Package () {A, B, ...}) encoded: 08 ['\'] "_S5_" 12 LENGTH COUNT A B ..., LENGTH
 * having as many further bytes as its two top bits say. Returns whether it stands at `at`, where
 * "_S5_" does. */
static bool read_s5(struct discovered *d, struct bytes aml, size_t at)
{
    bool is_named = (at >= 1 && aml.data[at - 1] == AML_NAME) ||
                    (at >= 2 && aml.data[at - 1] == '\\' && aml.data[at - 2] == AML_NAME);
    if (!is_named || bytes_u8(aml, at + 4) != AML_PACKAGE)
        return false;
    at += 5;
    at += 1 + (bytes_u8(aml, at) >> 6);
    uint8_t count = bytes_u8(aml, at++);
    int a = count >= 1 ? read_sleep_type(aml, &at) : -1;
    int b = count >= 2 && a >= 0 ? read_sleep_type(aml, &at) : a;
    if (a < 0 || b < 0)
        return false;
    d->x86.s5_sleep_type_a = a;
    d->x86.s5_sleep_type_b = b;
    return true;
}

static void find_s5(struct discovered *d, phys_t dsdt, discover_map_fn *map)
{
    struct bytes aml;
    if (!acpi_read_table(map, dsdt, &aml) || !bytes_start_with(aml, "DSDT"))
        return;
    for (size_t at = ACPI_HEADER_SIZE; at + 4 <= aml.size; at++)
        if (bytes_start_with(bytes_from(aml, at), "_S5_") && read_s5(d, aml, at))
            return;
}

/* A block of ports: its 64-bit field, when that is there and in use, or its old one. */
static uint16_t port_block(struct bytes fadt, size_t extended, size_t old)
{
    struct acpi_address address = acpi_address(fadt, extended);
    if (address.address == 0)
        address = (struct acpi_address){.space = ACPI_PORT, .address = bytes_le32(fadt, old)};
    bool is_port = address.space == ACPI_PORT && address.address <= UINT16_MAX;
    return is_port ? (uint16_t)address.address : 0;
}

static void read_reset(struct discovered *d, struct bytes fadt)
{
    struct acpi_address address = acpi_address(fadt, 116);
    if (address.address == 0 || address.space > ACPI_PORT)
        return;
    d->x86.reset.present = true;
    d->x86.reset.space = address.space;
    d->x86.reset.address = address.address;
    d->x86.reset.value = bytes_u8(fadt, 128);
}

static void read_sleep_control(struct discovered *d, struct bytes fadt)
{
    struct acpi_address address = acpi_address(fadt, 244);
    if (address.address == 0 || address.space > ACPI_PORT)
        return;
    d->x86.sleep_control.present = true;
    d->x86.sleep_control.space = address.space;
    d->x86.sleep_control.address = address.address;
}

void acpi_fadt(struct discovered *d, struct bytes table, discover_map_fn *map)
{
    uint32_t flags = bytes_le32(table, 112);
    uint16_t arm = bytes_le16(table, 129);
    phys_t dsdt = bytes_le64(table, 140);
    if (flags & FLAG_HARDWARE_REDUCED) {
        read_sleep_control(d, table);
    } else {
        d->x86.pm_timer_port = port_block(table, 208, 76);
        d->x86.pm1a_control_port = port_block(table, 172, 64);
        d->x86.pm1b_control_port = port_block(table, 184, 68);
    }
    d->x86.cmos_century = bytes_u8(table, 108);
    if (flags & FLAG_RESET_REGISTER)
        read_reset(d, table);
    if (d->arm.psci == PSCI_NONE && (arm & ARM_PSCI))
        d->arm.psci = arm & ARM_PSCI_HVC ? PSCI_HVC : PSCI_SMC;
    find_s5(d, dsdt ? dsdt : bytes_le32(table, 40), map);
}
