/* interrupts.h: between traps.c, interrupts.c and the GIC files. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include "base.h"

struct core;
struct msi_message;

void interrupt_dispatch(void);

#define SGI_IPI       1
#define INTID_SHARED  32   /* the first shared interrupt (SPI) */
#define INTID_SPECIAL 1020 /* to 1023: nothing is pending */
#define INTID_MESSAGE 8192 /* the first of an ITS's interrupts (LPI) */

struct gic_ops {
    uint32_t intid_mask; /* of a token */
    void (*init)(uint32_t nr_lines);
    void (*init_core)(struct core *core);
    uint32_t (*acknowledge)(void); /* a token for `end`, the INTID in its low bits */
    void (*end)(uint32_t token);
    void (*ipi)(struct core *core);
    void (*route)(uint32_t intid, const struct core *core);
};

extern const struct gic_ops gic_v2, gic_v3;

/* What turns messages into interrupts: `index` counts from 0. See machine.h for what each does. */
struct msi_ops {
    uint32_t first_intid, count; /* set by init; count 0: no such hardware, or it does not work */
    void (*init)(void);
    int (*alloc)(uint32_t index, uint32_t device_id, struct core *core,
                 struct msi_message *message);
    void (*free)(uint32_t index);
    void (*mask)(uint32_t index, bool masked);
    int (*raise)(uint32_t index);
};

extern struct msi_ops gic_v2m, gic_its;

/* On each core, when there is an ITS: its table of pending messages, and its collection. */
void its_init_core(struct core *core);

/* Shared interrupts. line_configure leaves one masked and not pending, for this core. */
void line_configure(uint32_t intid, bool edge, const struct core *core);
void line_mask(uint32_t intid, bool masked);
void line_raise(uint32_t intid);

/* The distributor's registers that both versions share. SAFETY: gicd is the mapped window. */
extern uintptr_t gicd;

static inline volatile uint32_t *gicd_reg(unsigned offset)
{
    return (volatile uint32_t *)(gicd + offset);
}

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_IROUTER = 0x6000,
};

#define GIC_PRIORITY 0xa0 /* of everything: above the mask, all alike */

#endif
