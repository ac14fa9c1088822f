/* irq.h: device interrupts. Numbers are the machine's: global system interrupts on x86_64, INTIDs
 * on aarch64, PLIC sources on riscv64. */
#ifndef NUCLEUS_IRQ_H
#define NUCLEUS_IRQ_H

#include "base.h"

#define IRQ_MAX 1024

/* In interrupt context on the handler stack, interrupts off: bounded; acknowledges, records, wakes.
 */
typedef void irq_handler(void *arg);

enum irq_trigger { IRQ_EDGE, IRQ_LEVEL_HIGH, IRQ_LEVEL_LOW };

/* Installs the handler, routes the line to the boot core and unmasks it. 0, -EINVAL or -EBUSY. */
int irq_install(uint32_t irq, irq_handler *handler, void *arg, enum irq_trigger trigger);
void irq_mask(uint32_t irq);
void irq_unmask(uint32_t irq);

/* The vectors' way in: counts and calls the handler; an interrupt nobody asked for is masked. */
void irq_dispatch(uint32_t irq);
uint64_t irq_count(uint32_t irq);

#endif
