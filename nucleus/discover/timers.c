/* timers.c: ACPI's tables of timers: GTDT (Arm), HPET (x86), and RHCT (RISC-V), which also
 * describes what the harts can do.
 *
 * Sources: ACPI Specification 6.5, sections 5.2.24 (GTDT) and 5.2.36 (RHCT); Intel, IA-PC HPET
 * Specification 1.0a, section 3.2.4. */
#include "acpi.h"

void acpi_gtdt(struct discovered *d, struct bytes table)
{
    d->arm.timer_physical_intid = bytes_le32(table, 56);
    d->arm.timer_virtual_intid = bytes_le32(table, 64);
}

void acpi_hpet(struct discovered *d, struct bytes table)
{
    struct acpi_address address = acpi_address(table, 40);
    if (address.space == ACPI_MEMORY)
        d->x86.hpet_base = address.address;
}

enum { RHCT_ISA_STRING = 0, RHCT_MMU = 2 };

static void read_mmu(struct discovered *d, uint8_t mmu)
{
    static const char *const names[] = {"riscv,sv39", "riscv,sv48", "riscv,sv57"};
    if (mmu < ARRAY_LEN(names) && d->riscv.mmu_type[0] == '\0')
        memcpy(d->riscv.mmu_type, names[mmu], sizeof "riscv,sv39");
}

void acpi_rhct(struct discovered *d, struct bytes table)
{
    bool is_first = true;
    d->riscv.timebase_hz = bytes_le64(table, 40);
    struct bytes nodes = bytes_from(table, MAX(bytes_le32(table, 52), 56u));
    while (bytes_le16(nodes, 2) >= 6 && bytes_le16(nodes, 2) <= nodes.size) {
        struct bytes node = bytes_part(nodes, 0, bytes_le16(nodes, 2));
        if (bytes_le16(node, 0) == RHCT_ISA_STRING) {
            facts_isa(d, is_first, riscv_isa_parse(bytes_part(node, 8, bytes_le16(node, 6))));
            is_first = false;
        } else if (bytes_le16(node, 0) == RHCT_MMU) {
            read_mmu(d, bytes_u8(node, 7));
        }
        nodes = bytes_from(nodes, node.size);
    }
}
