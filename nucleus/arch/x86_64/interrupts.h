/* interrupts.h: between traps.c, interrupts.c, ioapic.c and msi.c. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include "base.h"

void interrupt_dispatch(unsigned vector);
void nmi_handle(void);

/* Has the local APIC with this id interrupted; `command` is the vector, or a delivery mode. */
void lapic_ipi(uint64_t hw_id, uint32_t command);

void ioapic_init(void);
void ioapic_mask(uint32_t irq, bool masked);

uint32_t lapic_read(unsigned reg);
void lapic_write(unsigned reg, uint32_t value);

enum {
    LAPIC_ID = 0x20,
    LAPIC_TPR = 0x80,
    LAPIC_EOI = 0xb0,
    LAPIC_SPURIOUS = 0xf0,
    LAPIC_ICR = 0x300,
    LAPIC_ICR_HIGH = 0x310,
    LAPIC_TIMER = 0x320,
    LAPIC_LINT0 = 0x350,
    LAPIC_LINT1 = 0x360,
    LAPIC_ERROR = 0x370,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,
};

#define APIC_ID_MAX 0xfe /* that lines and messages can name, without interrupt remapping */

#define VECTOR_IRQ      0x20 /* to VECTOR_IRQ_END - 1: vectors.h hands them out */
#define VECTOR_IRQ_END  0xe0
#define VECTOR_TIMER    0xe0
#define VECTOR_IPI      0xe1
#define VECTOR_ERROR    0xe2
#define VECTOR_SPURIOUS 0xff

#endif
