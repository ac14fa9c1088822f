/* interrupts.h: between traps.c and interrupts.c. */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

/* `cause`: the low bits of scause, an interrupt's. */
void interrupt_dispatch(unsigned cause);

enum { CAUSE_SOFTWARE = 1, CAUSE_TIMER = 5, CAUSE_EXTERNAL = 9 };

#endif
