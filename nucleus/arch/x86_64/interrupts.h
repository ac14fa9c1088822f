/* interrupts.h: between traps.c and interrupts.c. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

void interrupt_dispatch(unsigned vector);
void nmi_handle(void);

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

#define VECTOR_IRQ      0x20 /* + GSI */
#define VECTOR_IRQ_END  0xe0
#define VECTOR_TIMER    0xe0
#define VECTOR_IPI      0xe1
#define VECTOR_ERROR    0xe2
#define VECTOR_SPURIOUS 0xff

#endif
