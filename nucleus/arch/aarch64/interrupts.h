/* interrupts.h: between traps.c, interrupts.c and the two GIC files. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include "base.h"

struct core;

void interrupt_dispatch(void);

#define SGI_IPI       1
#define INTID_SPECIAL 1020 /* and above: nothing is pending */

struct gic_ops {
    void (*init)(uint32_t nr_lines);
    void (*init_core)(struct core *core);
    uint32_t (*acknowledge)(void); /* a token for `end`: the INTID in its low 10 or 24 bits */
    void (*end)(uint32_t token);
    void (*ipi)(struct core *core);
    void (*route)(uint32_t intid); /* to the boot core */
};

extern const struct gic_ops gic_v2, gic_v3;

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
    GICD_ICPENDR = 0x280,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_IROUTER = 0x6000,
};

#endif
