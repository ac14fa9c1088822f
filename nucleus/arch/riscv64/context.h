/* context.h: what a trap saves of the code it interrupts.
 *
 * sscratch holds the core's address, in kernel and in user mode; a trap swaps it with sp, stores
 * the registers straight into the running thread's context, and puts it back. */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#define CONTEXT_X(n)   ((n)*8)
#define CONTEXT_PC     256 /* x0 is not saved: slot 0 is unused */
#define CONTEXT_STATUS 264
#define CONTEXT_CORE   272
#define CONTEXT_SIZE   288

#define CORE_CONTEXT         8
#define CORE_IRQ_STACK       16
#define CORE_EMERGENCY_STACK 24
#define CORE_TRAP_DEPTH      32
#define CORE_SCRATCH         40
#define MP_INFO_ARGUMENT     32

#define CAUSE_CALL 8 /* of scause: ecall from user mode */
#define CALL_BYTES 4 /* of ecall */

#define STATUS_SIE  0x2
#define STATUS_SPIE 0x20
#define STATUS_SPP  0x100
#define STATUS_FS   0x6000
#define STATUS_SUM  0x40000 /* user pages may be touched */

#ifndef __ASSEMBLER__
#include "base.h"

#define CONTEXT_PC_OF(context) ((context)->pc)

/* DWARF numbers (RISC-V ABIs, DWARF): return address, stack pointer, how many. */
#define UNWIND_COLUMNS 1, 2, 32

struct core;

struct context {
    uint64_t x[32], pc, status;
    struct core *core;
    uint64_t pad;
} __attribute__((aligned(16)));

struct fp_state {
    uint64_t f[32], fcsr;
} __attribute__((aligned(16)));

_Static_assert(offsetof(struct context, pc) == CONTEXT_PC, "entry.S");
_Static_assert(offsetof(struct context, core) == CONTEXT_CORE, "entry.S");
_Static_assert(sizeof(struct context) == CONTEXT_SIZE, "entry.S");
#endif
#endif
