/* irq.h: interrupts from devices, whichever controller brings them.
 *
 * One number names an interrupt everywhere. There are two ranges of them:
 *   below IRQ_MSI   wired lines, as the machine counts them. x86_64: ISA IRQs 0 to 15, translated
 *                   as firmware says, and global system interrupts from 16 on. aarch64: the GIC's
 *                   shared INTIDs, 32 to 1019. riscv64: sources of the PLIC or APLIC, from 1 on
 *   from IRQ_MSI    messages, handed out by msi_alloc (msi.h)
 *
 * An interrupt has one handler and goes to one core: the boot core until irq_route says otherwise.
 * What comes without a handler is counted and masked. A line that interrupts again and again while
 * its handler finds nothing to do is masked too, so that no device can keep a core to itself. */
#ifndef NUCLEUS_IRQ_H
#define NUCLEUS_IRQ_H

#include "base.h"

#define IRQ_MSI     1024u
#define IRQ_MSI_MAX 1024u
#define IRQ_MAX     (IRQ_MSI + IRQ_MSI_MAX)

/* Interrupts in a row that a handler may disown before the line is masked. */
#define IRQ_STORM 1000

/* In interrupt context on the handler stack, interrupts off: bounded; acknowledges, records, wakes.
 * True when the device had something to say, or the handler masked it; false when there was nothing
 * to do. Only while a route is being changed may two cores run it at once. */
typedef bool irq_handler(void *arg);

enum irq_trigger { IRQ_EDGE, IRQ_LEVEL_HIGH, IRQ_LEVEL_LOW };

/* Installs the handler and unmasks the interrupt. A message is IRQ_EDGE; of a line whose trigger
 * the controller or firmware fixes (PLIC, ISA overrides) `trigger` is ignored. What was pending
 * from before may come at once. Returns 0, -EINVAL (no such line, or a message not allocated),
 * -EBUSY (it has a handler), or -ENOSPC (x86_64 and IMSICs: no vector left on all cores). Thread
 * context; a few register accesses. */
int irq_install(uint32_t irq, irq_handler *handler, void *arg, enum irq_trigger trigger);

/* Masks the interrupt and takes its handler away. When this returns the handler runs on no core and
 * never will; `arg` may be freed. Nothing when there is none. Thread context, interrupts on, no
 * spinlock held: it waits for a handler that runs. */
void irq_remove(uint32_t irq);

/* Has the interrupt go to this core from now on, until it is routed anew or removed; one that is on
 * its way may still come to the old core. Returns 0, -EINVAL (no such line or core, no handler, or
 * a core that the controller cannot reach), or -ENOTSUP (a message: its core was chosen by
 * msi_alloc). Thread context; a few register accesses. */
int irq_route(uint32_t irq, uint32_t core);

/* Holds the interrupt back, and lets it come again: what a level line or a message had to say
 * meanwhile comes then; an edge may be lost on an I/O APIC. They do not nest. An interrupt that is
 * on its way to a core may still come after irq_mask on another. Any context, any core; one or two
 * register accesses (a message on an ITS: a command). */
void irq_mask(uint32_t irq);
void irq_unmask(uint32_t irq);

/* Makes the interrupt pending as if its device had signalled it. Returns 0, -EINVAL, or -ENOTSUP
 * where the controller has no way to (lines of I/O APIC and PLIC, level lines of an APLIC). Any
 * context. */
int irq_raise(uint32_t irq);

struct irq_info {
    bool installed, masked_by_storm;
    uint32_t core;
    uint64_t count;     /* interrupts that came */
    uint64_t unclaimed; /* of these, how many had no handler, or one that found nothing to do */
    uint64_t storms;    /* times that it was masked for that */
};

/* What is known of an interrupt; false when there is no such number. Any context. */
bool irq_info(uint32_t irq, struct irq_info *info);
uint64_t irq_count(uint32_t irq);

/* Interrupts that controllers brought without a number that anybody knows. */
uint64_t irq_strays(void);

/* The controllers' way in, interrupts off: counts and calls the handler. IRQ_NONE: a stray. */
#define IRQ_NONE UINT32_MAX
void irq_dispatch(uint32_t irq);

#endif
