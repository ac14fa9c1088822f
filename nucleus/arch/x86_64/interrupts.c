/* interrupts.c: local APIC (memory or x2APIC registers) and I/O APIC; the 8259s are silenced.
 * Source: Intel SDM volume 3, chapter 10; 82093AA I/O APIC data sheet. */
#include "base.h"
#include "interrupts.h"
#include "clock.h"
#include "console.h"
#include "errno.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "power.h"
#include "ports.h"

static uintptr_t lapic; /* mapped registers, when not in x2APIC mode */
static bool x2apic;
static uintptr_t ioapic[DISCOVER_IOAPICS];
static uint32_t ioapic_lines[DISCOVER_IOAPICS];
static struct spinlock ioapic_lock = SPINLOCK_INIT;

#define X2APIC_MSR(reg) (0x800 + ((reg) >> 4))
#define APIC_BASE_X2    (1ull << 10)

/* SAFETY of the register functions: lapic and ioapic[] are mapped device windows; reg is inside. */
uint32_t lapic_read(unsigned reg)
{
    return x2apic ? (uint32_t)msr_read(X2APIC_MSR(reg)) : *(volatile uint32_t *)(lapic + reg);
}

void lapic_write(unsigned reg, uint32_t value)
{
    if (x2apic)
        msr_write(X2APIC_MSR(reg), value);
    else
        *(volatile uint32_t *)(lapic + reg) = value;
}

static uint32_t ioapic_read(unsigned which, uint32_t reg)
{
    *(volatile uint32_t *)ioapic[which] = reg;
    return *(volatile uint32_t *)(ioapic[which] + 0x10);
}

static void ioapic_write(unsigned which, uint32_t reg, uint32_t value)
{
    *(volatile uint32_t *)ioapic[which] = reg;
    *(volatile uint32_t *)(ioapic[which] + 0x10) = value;
}

/* ---- start ---- */

/* All lines masked, vectors moved away from the exceptions for the spurious ones that come even so.
 */
static void silence_8259(void)
{
    static const struct {
        uint16_t port;
        uint8_t value;
    } steps[] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, 0xf0}, {0xa1, 0xf8}, {0x21, 4},
                 {0xa1, 2},    {0x21, 1},    {0xa1, 1},    {0x21, 0xff}, {0xa1, 0xff}};
    for (unsigned i = 0; i < ARRAY_LEN(steps); i++)
        port_write8(steps[i].port, steps[i].value);
}

void arch_interrupts_init(void)
{
    silence_8259();
    x2apic = msr_read(MSR_APIC_BASE) & APIC_BASE_X2;
    phys_t base = discovered.x86.lapic_base ? discovered.x86.lapic_base : 0xfee00000;
    if (!x2apic)
        lapic = kspace_map_phys(base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
    for (unsigned i = 0; i < discovered.x86.nr_ioapics; i++) {
        ioapic[i] =
            kspace_map_phys(discovered.x86.ioapic[i].base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
        ioapic_lines[i] = (ioapic_read(i, 1) >> 16 & 0xff) + 1;
        for (uint32_t line = 0; line < ioapic_lines[i]; line++)
            ioapic_write(i, 0x10 + 2 * line, 1 << 16);
    }
}

void arch_interrupts_init_core(struct core *core)
{
    (void)core;
    lapic_write(LAPIC_TPR, 0);
    lapic_write(LAPIC_LINT0, 1 << 16);
    lapic_write(LAPIC_LINT1, 4 << 8); /* NMI */
    lapic_write(LAPIC_ERROR, VECTOR_ERROR);
    lapic_write(LAPIC_TIMER, 1 << 16 | VECTOR_TIMER);
    lapic_write(LAPIC_SPURIOUS, 1 << 8 | VECTOR_SPURIOUS);
}

/* ---- between cores ---- */

static void icr_write(uint64_t hw_id, uint32_t low)
{
    if (x2apic) {
        msr_write(X2APIC_MSR(LAPIC_ICR), hw_id << 32 | low);
        return;
    }
    irq_state state = arch_irq_save();
    while (lapic_read(LAPIC_ICR) & 1 << 12)
        arch_relax();
    lapic_write(LAPIC_ICR_HIGH, (uint32_t)hw_id << 24);
    lapic_write(LAPIC_ICR, low);
    arch_irq_restore(state);
}

void arch_ipi(struct core *core)
{
    icr_write(core->hw_id, VECTOR_IPI);
}

static _Atomic bool stopping;

/* An NMI reaches cores that have interrupts off. */
void arch_stop_others(void)
{
    stopping = true;
    for (uint32_t i = 0; i < nr_cores; i++)
        if (cores[i] != this_core())
            icr_write(cores[i]->hw_id, 4 << 8);
}

void nmi_handle(void)
{
    if (stopping)
        arch_halt();
}

/* ---- devices ---- */

static void isa_wiring(uint32_t irq, uint32_t *gsi, enum irq_trigger *trigger)
{
    *gsi = irq;
    if (irq >= ARRAY_LEN(discovered.x86.isa_override))
        return;
    *gsi = discovered.x86.isa_override[irq].gsi;
    if (discovered.x86.isa_override[irq].level)
        *trigger = discovered.x86.isa_override[irq].active_low ? IRQ_LEVEL_LOW : IRQ_LEVEL_HIGH;
}

static int find_line(uint32_t gsi, uint32_t *line)
{
    for (unsigned i = 0; i < discovered.x86.nr_ioapics; i++) {
        uint32_t first = discovered.x86.ioapic[i].gsi_base;
        if (gsi >= first && gsi < first + ioapic_lines[i]) {
            *line = gsi - first;
            return (int)i;
        }
    }
    return -1;
}

int arch_irq_route(uint32_t irq, uint32_t trigger)
{
    uint32_t gsi, line;
    enum irq_trigger wired = trigger;
    isa_wiring(irq, &gsi, &wired);
    int which = find_line(gsi, &line);
    if (which < 0 || VECTOR_IRQ + irq >= VECTOR_IRQ_END)
        return -EINVAL;
    uint32_t low = VECTOR_IRQ + irq;
    low |= wired == IRQ_EDGE ? 0 : 1 << 15;
    low |= wired == IRQ_LEVEL_LOW ? 1 << 13 : 0;
    irq_state state = spin_lock_irqsave(&ioapic_lock);
    ioapic_write((unsigned)which, 0x10 + 2 * line + 1, (uint32_t)boot_core.hw_id << 24);
    ioapic_write((unsigned)which, 0x10 + 2 * line, low);
    spin_unlock_irqrestore(&ioapic_lock, state);
    return 0;
}

void arch_irq_mask(uint32_t irq, bool masked)
{
    uint32_t gsi, line;
    enum irq_trigger ignored = IRQ_EDGE;
    isa_wiring(irq, &gsi, &ignored);
    int which = find_line(gsi, &line);
    if (which < 0)
        return;
    irq_state state = spin_lock_irqsave(&ioapic_lock);
    uint32_t low = ioapic_read((unsigned)which, 0x10 + 2 * line) & ~(1u << 16);
    ioapic_write((unsigned)which, 0x10 + 2 * line, low | (masked ? 1u << 16 : 0));
    spin_unlock_irqrestore(&ioapic_lock, state);
}

void interrupt_dispatch(unsigned vector)
{
    if (vector == VECTOR_SPURIOUS || (vector >= 0xf0 && vector < VECTOR_SPURIOUS))
        return; /* from the local APIC, or the 8259s: neither wants an end-of-interrupt */
    if (vector == VECTOR_TIMER)
        timer_interrupt();
    else if (vector == VECTOR_IPI)
        ipi_receive();
    else if (vector < VECTOR_IRQ_END)
        irq_dispatch(vector - VECTOR_IRQ);
    lapic_write(LAPIC_EOI, 0);
}

const char *arch_interrupts_name(void)
{
    return x2apic ? "x2APIC, I/O APIC" : "xAPIC, I/O APIC";
}
