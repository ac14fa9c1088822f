/* madt.c: ACPI's Multiple APIC Description Table: cores and interrupt controllers of all
 * architectures.
 *
 * Source: ACPI Specification 6.5, section 5.2.12. */
#include "acpi.h"

#define ENTRIES 44 /* where they start */

enum {
    LOCAL_APIC = 0,
    IO_APIC = 1,
    INTERRUPT_OVERRIDE = 2,
    LOCAL_APIC_ADDRESS = 5,
    LOCAL_X2APIC = 9,
    GIC_CPU = 0xb,
    GIC_DISTRIBUTOR = 0xc,
    GIC_MSI_FRAME = 0xd,
    GIC_REDISTRIBUTOR = 0xe,
    GIC_ITS = 0xf,
    RISCV_INTC = 0x18,
    RISCV_IMSIC = 0x19,
    RISCV_APLIC = 0x1a,
    RISCV_PLIC = 0x1b,
};

/* What has to be put together from entries of several kinds. */
struct madt {
    struct discovered *d;
    uint8_t gic_version; /* 0: not said */
    bool has_gic, has_redistributors, has_plic;
    uint16_t aplic_idcs;
    bool has_imsics;
    uint32_t external[DISCOVER_CORES]; /* which input of which controller a hart is */
};

/* A core, unless its flags say that there is none: bit 0 it is enabled, bit `capable` it may become
 * so. */
static struct discovered_core *add_core(struct madt *m, uint64_t hw_id, uint32_t uid,
                                        uint32_t flags, unsigned capable)
{
    if (!(flags & (1 | 1u << capable)))
        return NULL;
    struct discovered_core *core = facts_core(m->d, hw_id);
    if (core) {
        core->acpi_uid = uid;
        core->is_absent = !(flags & 1);
    }
    return core;
}

/* ---- x86 ---- */

static void read_local_apic(struct madt *m, struct bytes entry)
{
    if (bytes_u8(entry, 3) != 0xff)
        add_core(m, bytes_u8(entry, 3), bytes_u8(entry, 2), bytes_le32(entry, 4), 1);
}

static void read_x2apic(struct madt *m, struct bytes entry)
{
    if (bytes_le32(entry, 4) != UINT32_MAX)
        add_core(m, bytes_le32(entry, 4), bytes_le32(entry, 12), bytes_le32(entry, 8), 1);
}

static void read_io_apic(struct discovered *d, struct bytes entry)
{
    if (d->x86.nr_ioapics == DISCOVER_IOAPICS)
        return;
    d->x86.ioapic[d->x86.nr_ioapics].base = bytes_le32(entry, 4);
    d->x86.ioapic[d->x86.nr_ioapics++].gsi_base = bytes_le32(entry, 8);
}

/* Polarity in bits 0 and 1, trigger in bits 2 and 3: 1 is ISA's own (high, edge), 3 is the other.
 */
static void read_override(struct discovered *d, struct bytes entry)
{
    uint8_t bus = bytes_u8(entry, 2), irq = bytes_u8(entry, 3);
    uint16_t flags = bytes_le16(entry, 8);
    if (bus != 0 || irq >= ARRAY_LEN(d->x86.isa_override))
        return;
    d->x86.isa_override[irq].gsi = bytes_le32(entry, 4);
    d->x86.isa_override[irq].active_low = (flags & 3) == 3;
    d->x86.isa_override[irq].level = (flags >> 2 & 3) == 3;
}

/* ---- Arm ---- */

static void read_gic_cpu(struct madt *m, struct bytes entry)
{
    struct discovered_core *core =
        add_core(m, bytes_le64(entry, 68), bytes_le32(entry, 8), bytes_le32(entry, 12), 3);
    if (!core)
        return;
    m->has_gic = true;
    core->gic_cpu_interface = bytes_le32(entry, 4);
    core->gicr_base = bytes_le64(entry, 60);
    m->has_redistributors |= core->gicr_base != 0;
    if (m->d->arm.gicc_base == 0)
        m->d->arm.gicc_base = bytes_le64(entry, 32);
}

static void read_distributor(struct madt *m, struct bytes entry)
{
    m->has_gic = true;
    m->d->arm.gicd_base = bytes_le64(entry, 8);
    m->gic_version = bytes_u8(entry, 20);
}

static void read_redistributor(struct madt *m, struct bytes entry)
{
    m->has_redistributors = true;
    facts_gicr(m->d, bytes_le64(entry, 4), bytes_le32(entry, 12));
}

/* Bit 0 of the flags: the counts stand here, else in the frame's own register. */
static void read_msi_frame(struct discovered *d, struct bytes entry)
{
    if (d->arm.v2m_base != 0)
        return;
    d->arm.v2m_base = bytes_le64(entry, 8);
    if (bytes_le32(entry, 16) & 1)
        facts_v2m_spis(d, bytes_le16(entry, 22), bytes_le16(entry, 20));
}

static void settle_gic(struct madt *m)
{
    struct discovered *d = m->d;
    bool is_v3 = m->gic_version ? m->gic_version >= 3 : m->has_redistributors;
    if (!m->has_gic || d->arm.gicd_base == 0)
        return;
    d->arm.gic = is_v3 ? GIC_V3 : GIC_V2;
    d->arm.gicd_size = is_v3 ? 64 * KIB : 4 * KIB; /* the architecture's; the table does not say */
}

/* ---- RISC-V ---- */

static void read_hart(struct madt *m, struct bytes entry)
{
    struct discovered_core *core =
        add_core(m, bytes_le64(entry, 8), bytes_le32(entry, 16), bytes_le32(entry, 4), 1);
    if (!core)
        return;
    m->external[core - m->d->core] = bytes_le32(entry, 20);
    core->imsic_page = bytes_le64(entry, 24);
}

static void read_imsic(struct madt *m, struct bytes entry)
{
    m->has_imsics = facts_imsic_bits(m->d, bytes_u8(entry, 12), bytes_u8(entry, 13),
                                     bytes_u8(entry, 14), bytes_u8(entry, 15));
    if (m->has_imsics)
        m->d->riscv.imsic_ids = bytes_le16(entry, 8);
}

static void read_aplic(struct madt *m, struct bytes entry)
{
    if (m->d->riscv.aplic_base != 0)
        return;
    m->aplic_idcs = bytes_le16(entry, 16);
    m->d->riscv.aplic_sources = bytes_le16(entry, 18);
    m->d->riscv.aplic_base = bytes_le64(entry, 24);
}

static void read_plic(struct madt *m, struct bytes entry)
{
    if (m->d->riscv.plic_base != 0)
        return;
    m->has_plic = true;
    m->d->riscv.plic_sources = bytes_le16(entry, 12);
    m->d->riscv.plic_size = bytes_le32(entry, 20);
    m->d->riscv.plic_base = bytes_le64(entry, 24);
}

/* The harts' pages lie in one row, so the lowest is the base and the distance from it tells the
 * index. */
static void settle_imsics(struct madt *m)
{
    struct discovered *d = m->d;
    phys_t base = UINT64_MAX;
    for (uint32_t i = 0; i < d->nr_cores; i++)
        if (d->core[i].imsic_page != 0)
            base = MIN(base, d->core[i].imsic_page);
    if (base == UINT64_MAX || !m->has_imsics)
        return;
    d->riscv.imsic_base = base;
    for (uint32_t i = 0; i < d->nr_cores; i++)
        if (d->core[i].imsic_page != 0)
            d->core[i].imsic_index =
                (int32_t)((d->core[i].imsic_page - base) >> (12 + d->riscv.imsic_guest_bits) &
                          INT32_MAX);
}

static void settle_harts(struct madt *m)
{
    for (uint32_t i = 0; i < m->d->nr_cores; i++) {
        int32_t input = m->external[i] & 0xffff; /* the upper bits name the controller */
        if (m->has_plic)
            m->d->core[i].plic_context = input;
        else if (m->aplic_idcs > 0)
            m->d->core[i].aplic_idc = input;
    }
}

/* ---- All ---- */

static void read_entry(struct madt *m, struct bytes entry)
{
    struct discovered *d = m->d;
    switch (bytes_u8(entry, 0)) {
    case LOCAL_APIC:
        read_local_apic(m, entry);
        return;
    case IO_APIC:
        read_io_apic(d, entry);
        return;
    case INTERRUPT_OVERRIDE:
        read_override(d, entry);
        return;
    case LOCAL_APIC_ADDRESS:
        d->x86.lapic_base = bytes_le64(entry, 4);
        return;
    case LOCAL_X2APIC:
        read_x2apic(m, entry);
        return;
    case GIC_CPU:
        read_gic_cpu(m, entry);
        return;
    case GIC_DISTRIBUTOR:
        read_distributor(m, entry);
        return;
    case GIC_MSI_FRAME:
        read_msi_frame(d, entry);
        return;
    case GIC_REDISTRIBUTOR:
        read_redistributor(m, entry);
        return;
    case GIC_ITS:
        if (d->arm.its_base == 0)
            d->arm.its_base = bytes_le64(entry, 8);
        return;
    case RISCV_INTC:
        read_hart(m, entry);
        return;
    case RISCV_IMSIC:
        read_imsic(m, entry);
        return;
    case RISCV_APLIC:
        read_aplic(m, entry);
        return;
    case RISCV_PLIC:
        read_plic(m, entry);
        return;
    }
}

void acpi_madt(struct discovered *d, struct bytes table)
{
    struct madt m = {.d = d};
    d->x86.lapic_base = bytes_le32(table, 36);
    d->x86.has_8259 = bytes_le32(table, 40) & 1;
    struct bytes entries = bytes_from(table, ENTRIES);
    while (bytes_u8(entries, 1) >= 2 && bytes_u8(entries, 1) <= entries.size) {
        read_entry(&m, bytes_part(entries, 0, bytes_u8(entries, 1)));
        entries = bytes_from(entries, bytes_u8(entries, 1));
    }
    settle_gic(&m);
    settle_imsics(&m);
    settle_harts(&m);
}
