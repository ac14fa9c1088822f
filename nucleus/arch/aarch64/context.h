/* context.h: what a trap saves of the code it interrupts.
 *
 * Threads run at EL1t, on SP_EL0; handlers at EL1h, on SP_EL1, so an exception never touches the
 * stack it interrupts. entry.S stores straight into the running thread's context. */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#define CONTEXT_X(n)   ((n)*8)
#define CONTEXT_SP     248
#define CONTEXT_PC     256
#define CONTEXT_PSTATE 264
#define CONTEXT_TPIDR  272
#define CONTEXT_CORE   280
#define CONTEXT_SIZE   288

#define CORE_CONTEXT         8
#define CORE_IRQ_STACK       16
#define CORE_EMERGENCY_STACK 24
#define CORE_TRAP_DEPTH      32
#define MP_INFO_ARGUMENT     32

/* Of ESR_EL1: the class of the exception, six bits. */
#define ESR_CLASS_SHIFT 26
#define ESR_CLASS_CALL  0x15 /* SVC */

#define PSTATE_EL0T 0x0   /* interrupts on */
#define PSTATE_EL1T 0x400004 /* interrupts on, PAN */
#define PSTATE_DAIF 0x3c0 /* all masked */

#ifndef __ASSEMBLER__
#include "base.h"

#define CONTEXT_PC_OF(context) ((context)->pc)

/* DWARF numbers (DWARF for the Arm 64-bit Architecture, 4.1): return address, stack pointer, how
 * many. */
#define UNWIND_COLUMNS 30, 31, 32

struct core;

struct context {
    uint64_t x[31], sp, pc, pstate, tpidr;
    struct core *core;
} __attribute__((aligned(16)));

struct fp_state {
    uint8_t q[32][16];
    uint64_t fpcr, fpsr;
} __attribute__((aligned(16)));

_Static_assert(offsetof(struct context, sp) == CONTEXT_SP, "entry.S");
_Static_assert(offsetof(struct context, tpidr) == CONTEXT_TPIDR, "entry.S");
_Static_assert(offsetof(struct context, core) == CONTEXT_CORE, "entry.S");
_Static_assert(sizeof(struct context) == CONTEXT_SIZE, "entry.S");
#endif
#endif
