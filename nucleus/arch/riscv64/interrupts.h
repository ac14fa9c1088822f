/* interrupts.h: between traps.c, interrupts.c and the files of the controllers. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include "base.h"

struct core;
struct discovered_core;

/* `cause`: the low bits of scause, an interrupt's. */
void interrupt_dispatch(unsigned cause);

enum { CAUSE_SOFTWARE = 1, CAUSE_TIMER = 5, CAUSE_EXTERNAL = 9 };

/* What brings wired lines: see machine.h for what each does. Lines are sources, 1 to nr_sources. */
struct controller {
    const char *name;
    bool (*init)(void); /* false: the machine has no such controller */
    void (*init_core)(struct core *core, const struct discovered_core *found);
    void (*dispatch)(struct core *core); /* all that is pending here */
    int (*connect)(uint32_t source, uint32_t trigger, struct core *core);
    void (*disconnect)(uint32_t source);
    int (*route)(uint32_t source, struct core *core);
    void (*mask)(uint32_t source, bool masked);
    int (*raise)(uint32_t source);
};

extern const struct controller plic, aplic_direct, aplic_messages;

/* The supervisor's interrupt files, one a hart. Identities are vectors (vectors.h). */
bool imsic_init(void);
void imsic_init_core(struct core *core);

/* An interrupt for the core with this identity, from any core. */
void imsic_send(const struct core *core, uint32_t identity);

/* The same with the identity of a message that is allocated. 0 or -EINVAL. */
int imsic_raise(uint32_t irq);

/* Takes the first identity that is pending on this core; 0 when none is. */
uint32_t imsic_claim(void);

#define IMSIC_IPI 1 /* the identity of interrupts between harts */

#endif
