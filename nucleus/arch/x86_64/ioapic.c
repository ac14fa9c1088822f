/* ioapic.c: wired lines. Each input of an I/O APIC has an entry that says which vector of which
 * core it raises. A line's vector is the same on all cores, so only its destination ever changes,
 * and the end-of-interrupt, which names the vector, finds its entry wherever it comes from.
 *
 * Source: 82093AA I/O APIC data sheet, 3.2; ACPI 6.5, 5.2.12.5 (overrides of ISA IRQs). */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "spinlock.h"
#include "vectors.h"

enum { IOAPIC_VERSION = 1, IOAPIC_ENTRY = 0x10 };
enum { ENTRY_ACTIVE_LOW = 1 << 13, ENTRY_LEVEL = 1 << 15, ENTRY_MASKED = 1 << 16 };

static uintptr_t ioapic[DISCOVER_IOAPICS];
static uint32_t nr_inputs[DISCOVER_IOAPICS];
static struct spinlock lock = SPINLOCK_INIT; /* of the register windows and of `lines` */

static struct {
    bool connected;
    uint8_t which, input;
    uint32_t low; /* of the entry, unmasked */
} lines[IRQ_MSI];

/* SAFETY: ioapic[which] is a mapped window; reg selects what the next access means. */
static uint32_t read(unsigned which, uint32_t reg)
{
    *(volatile uint32_t *)ioapic[which] = reg;
    return *(volatile uint32_t *)(ioapic[which] + 0x10);
}

/* SAFETY: as for read. */
static void write(unsigned which, uint32_t reg, uint32_t value)
{
    *(volatile uint32_t *)ioapic[which] = reg;
    *(volatile uint32_t *)(ioapic[which] + 0x10) = value;
}

static void write_low(uint32_t irq, uint32_t low)
{
    write(lines[irq].which, IOAPIC_ENTRY + 2u * lines[irq].input, low);
}

static void write_destination(uint32_t irq, const struct core *core)
{
    write(lines[irq].which, IOAPIC_ENTRY + 2u * lines[irq].input + 1, (uint32_t)core->hw_id << 24);
}

/* Where firmware describes none (QEMU's microvm without ACPI), PCs have one here.
 * Source: MultiProcessor Specification 1.4, section 3.6.5. */
#define IOAPIC_USUAL 0xfec00000

void ioapic_init(void)
{
    if (discovered.x86.nr_ioapics == 0)
        discovered.x86.ioapic[discovered.x86.nr_ioapics++].base = IOAPIC_USUAL;
    for (unsigned i = 0; i < discovered.x86.nr_ioapics; i++) {
        ioapic[i] =
            kspace_map_phys(discovered.x86.ioapic[i].base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
        if (ioapic[i] == 0)
            continue;
        uint32_t version = read(i, IOAPIC_VERSION);
        nr_inputs[i] = version == UINT32_MAX ? 0 : (version >> 16 & 0xff) + 1;
        for (uint32_t input = 0; input < nr_inputs[i]; input++)
            write(i, IOAPIC_ENTRY + 2 * input, ENTRY_MASKED);
    }
}

/* ---- which input, and how it is wired ---- */

static bool is_isa(uint32_t irq)
{
    return irq < ARRAY_LEN(discovered.x86.isa_override);
}

/* False for the ISA IRQ whose input another one took (2, the cascade of the 8259s). */
static bool to_gsi(uint32_t irq, uint32_t *gsi)
{
    *gsi = irq;
    if (!is_isa(irq))
        return true;
    *gsi = discovered.x86.isa_override[irq].gsi;
    for (uint32_t other = 0; other < ARRAY_LEN(discovered.x86.isa_override); other++)
        if (other != irq && *gsi == irq && discovered.x86.isa_override[other].gsi == irq)
            return false;
    return true;
}

static int find_input(uint32_t irq)
{
    uint32_t gsi;
    if (irq >= IRQ_MSI || !to_gsi(irq, &gsi))
        return -EINVAL;
    for (unsigned i = 0; i < discovered.x86.nr_ioapics; i++) {
        uint32_t first = discovered.x86.ioapic[i].gsi_base;
        if (gsi >= first && gsi - first < nr_inputs[i]) {
            lines[irq].which = (uint8_t)i;
            lines[irq].input = (uint8_t)(gsi - first);
            return 0;
        }
    }
    return -EINVAL;
}

static uint32_t wiring(uint32_t irq, enum irq_trigger trigger)
{
    bool level = trigger != IRQ_EDGE, active_low = trigger == IRQ_LEVEL_LOW;
    if (is_isa(irq) &&
        (discovered.x86.isa_override[irq].level || discovered.x86.isa_override[irq].active_low)) {
        level = discovered.x86.isa_override[irq].level;
        active_low = discovered.x86.isa_override[irq].active_low;
    }
    return (level ? ENTRY_LEVEL : 0) | (active_low ? ENTRY_ACTIVE_LOW : 0);
}

/* ---- the face of machine.h, for lines ---- */

static bool is_connected(uint32_t irq)
{
    return irq < IRQ_MSI && __atomic_load_n(&lines[irq].connected, __ATOMIC_ACQUIRE);
}

int arch_irq_connect(uint32_t irq, uint32_t trigger, struct core *core)
{
    int error = find_input(irq), vector;
    if (error || core->hw_id > APIC_ID_MAX)
        return -EINVAL;
    vector = vector_alloc(irq, NULL);
    if (vector < 0)
        return vector;
    irq_state state = spin_lock_irqsave(&lock);
    lines[irq].low = wiring(irq, trigger) | (uint32_t)vector;
    write_low(irq, ENTRY_MASKED); /* as an edge: forgets an end-of-interrupt that never came */
    write_destination(irq, core);
    write_low(irq, lines[irq].low | ENTRY_MASKED);
    __atomic_store_n(&lines[irq].connected, true, __ATOMIC_RELEASE);
    spin_unlock_irqrestore(&lock, state);
    return 0;
}

void arch_irq_disconnect(uint32_t irq)
{
    ioapic_mask(irq, true);
    __atomic_store_n(&lines[irq].connected, false, __ATOMIC_RELEASE);
    vector_free(lines[irq].low & 0xff, NULL);
}

int arch_irq_route(uint32_t irq, struct core *core)
{
    if (!is_connected(irq) || core->hw_id > APIC_ID_MAX)
        return -EINVAL;
    irq_state state = spin_lock_irqsave(&lock);
    write_destination(irq, core);
    spin_unlock_irqrestore(&lock, state);
    return 0;
}

void ioapic_mask(uint32_t irq, bool masked)
{
    if (!is_connected(irq))
        return;
    irq_state state = spin_lock_irqsave(&lock);
    write_low(irq, lines[irq].low | (masked ? ENTRY_MASKED : 0));
    spin_unlock_irqrestore(&lock, state);
}
