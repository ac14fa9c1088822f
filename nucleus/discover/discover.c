/* discover.c: the facts about the machine, gathered: a blank sheet, and the ways to add to it. */
#include "facts.h"

void discover_init(struct discovered *d)
{
    memset(d, 0, sizeof *d);
    for (unsigned irq = 0; irq < ARRAY_LEN(d->x86.isa_override); irq++)
        d->x86.isa_override[irq].gsi = irq;
    d->x86.s5_sleep_type_a = d->x86.s5_sleep_type_b = -1;
}

struct discovered_core *facts_core(struct discovered *d, uint64_t hw_id)
{
    for (uint32_t i = 0; i < d->nr_cores; i++)
        if (d->core[i].hw_id == hw_id)
            return &d->core[i];
    if (d->nr_cores == DISCOVER_CORES)
        return NULL;
    struct discovered_core *core = &d->core[d->nr_cores++];
    *core = (struct discovered_core){
        .hw_id = hw_id, .plic_context = -1, .aplic_idc = -1, .imsic_index = -1};
    return core;
}

/* Bytes between two ranges; 0 when they touch. */
static uint64_t distance(phys_t base, phys_t end, phys_t other_base, phys_t other_end)
{
    if (end < other_base)
        return other_base - end;
    return base > other_end ? base - other_end : 0;
}

void facts_reserve(struct discovered *d, phys_t base, uint64_t size)
{
    phys_t end = size > UINT64_MAX - base ? UINT64_MAX : base + size;
    uint32_t nearest = 0;
    uint64_t least = UINT64_MAX;
    if (base == end)
        return;
    for (uint32_t i = 0; i < d->nr_reserved; i++) {
        uint64_t apart = distance(base, end, d->reserved[i].base, d->reserved[i].end);
        if (apart < least) {
            least = apart;
            nearest = i;
        }
    }
    if (least > 0 && d->nr_reserved < DISCOVER_RESERVED) {
        d->reserved[d->nr_reserved].base = base;
        d->reserved[d->nr_reserved++].end = end;
        return;
    }
    d->reserved[nearest].base = MIN(base, d->reserved[nearest].base);
    d->reserved[nearest].end = MAX(end, d->reserved[nearest].end);
}

void facts_gicr(struct discovered *d, phys_t base, uint64_t size)
{
    if (size == 0)
        return;
    if (d->arm.gicr_size == 0) {
        d->arm.gicr_base = base;
        d->arm.gicr_size = size;
    } else if (d->arm.nr_gicr_more < DISCOVER_GICR_MORE) {
        d->arm.gicr_more[d->arm.nr_gicr_more].base = base;
        d->arm.gicr_more[d->arm.nr_gicr_more++].size = size;
    }
}

void facts_v2m_spis(struct discovered *d, uint32_t first, uint32_t count)
{
    if (first < 32 || first > 1019 || count == 0 || count > 1020 - first)
        return;
    d->arm.v2m_spi_base = first;
    d->arm.v2m_nr_spis = count;
}

bool facts_imsic_bits(struct discovered *d, uint32_t guest, uint32_t hart, uint32_t group,
                      uint32_t group_shift)
{
    if (guest > 7 || hart > 14 || group > 7 || group_shift > 55)
        return false;
    d->riscv.imsic_guest_bits = guest;
    d->riscv.imsic_hart_bits = hart;
    d->riscv.imsic_group_bits = group;
    d->riscv.imsic_group_shift = group_shift;
    return true;
}

void facts_text(char *to, size_t size, struct bytes text)
{
    text = bytes_part(bytes_until(text, '\0'), 0, size - 1);
    for (size_t i = 0; i < text.size; i++)
        to[i] = text.data[i] >= ' ' && text.data[i] <= '~' ? (char)text.data[i] : '?';
    to[text.size] = '\0';
}
