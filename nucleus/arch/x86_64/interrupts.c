/* interrupts.c: the local APIC, through memory or, where firmware turned that on, x2APIC registers;
 * the 8259s are silenced. Lines come from ioapic.c, messages from msi.c. Source: Intel SDM volume
 * 3, chapter 11. */
#include "base.h"
#include "interrupts.h"
#include "clock.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "ports.h"
#include "power.h"
#include "vectors.h"

static uintptr_t lapic; /* mapped registers, when not in x2APIC mode */
static bool x2apic;

#define X2APIC_MSR(reg) (0x800 + ((reg) >> 4))
#define APIC_BASE_X2    (1ull << 10)

/* SAFETY of the register functions: lapic is the mapped device window; reg is inside. */
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
    vectors_init(VECTOR_IRQ, VECTOR_IRQ_END);
    ioapic_init();
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

void lapic_ipi(uint64_t hw_id, uint32_t low)
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
    lapic_ipi(core->hw_id, VECTOR_IPI);
}

static _Atomic bool stopping;

/* An NMI reaches cores that have interrupts off. */
void arch_stop_others(void)
{
    stopping = true;
    for (uint32_t i = 0; i < nr_cores; i++)
        if (cores[i] != this_core())
            lapic_ipi(cores[i]->hw_id, 4 << 8);
}

void nmi_handle(void)
{
    if (stopping)
        arch_halt();
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
        irq_dispatch(vector_irq(this_core(), vector));
    lapic_write(LAPIC_EOI, 0);
}

const char *arch_interrupts_name(void)
{
    return x2apic ? "x2APIC, I/O APIC" : "xAPIC, I/O APIC";
}

const char *arch_ipi_name(void)
{
    return "local APIC";
}
