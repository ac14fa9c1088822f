/* context.h: what a trap saves of the code it interrupts, in the order that the CPU and entry.S
 * push it.
 *
 * A thread's context is also the stack that interrupts use: the TSS's IST 1 points to `core` below,
 * so the CPU's frame and the registers land in the thread itself and nothing is copied. */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#define CONTEXT_R15    0
#define CONTEXT_R14    8
#define CONTEXT_R13    16
#define CONTEXT_R12    24
#define CONTEXT_RBP    64
#define CONTEXT_RBX    104
#define CONTEXT_VECTOR 120
#define CONTEXT_RIP    136
#define CONTEXT_CS     144
#define CONTEXT_RFLAGS 152
#define CONTEXT_RSP    160
#define CONTEXT_SS     168
#define CONTEXT_CORE   176
#define CONTEXT_SIZE   176 /* of what is pushed */
#define MSR_GS_BASE    0xc0000101
#define VECTOR_CALL    256 /* in a context: it was a system call */

#define CORE_CONTEXT     8
#define CORE_IRQ_STACK   16
#define CORE_TRAP_DEPTH  32
#define CORE_SCRATCH     40
#define MP_INFO_ARGUMENT 24

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_USER_BITS   3 /* set in a selector of user mode */
#define SELECTOR_TSS         0x28

#ifndef __ASSEMBLER__
#include "base.h"

#define CONTEXT_PC_OF(context) ((context)->rip)

struct core;

struct context {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
    struct core *core;
} __attribute__((aligned(16)));

/* DWARF numbers (System V ABI, x86-64 supplement, figure 3.36): return address, stack pointer, how
 * many. */
#define UNWIND_COLUMNS 16, 7, 17

/* FXSAVE's image (Intel SDM volume 1, 10.5): the kernel uses SSE2 and nothing above. */
struct fp_state {
    uint8_t image[512];
} __attribute__((aligned(16)));

#define FP_CONTROL 0  /* x87 control word, 16 bits */
#define FP_MXCSR   24 /* 32 bits */

static inline void fp_reset(struct fp_state *fp)
{
    *(uint16_t *)&fp->image[FP_CONTROL] = 0x37f;
    *(uint32_t *)&fp->image[FP_MXCSR] = 0x1f80;
}

_Static_assert(offsetof(struct context, rbp) == CONTEXT_RBP, "entry.S");
_Static_assert(offsetof(struct context, rbx) == CONTEXT_RBX, "entry.S");
_Static_assert(offsetof(struct context, vector) == CONTEXT_VECTOR, "entry.S");
_Static_assert(offsetof(struct context, rip) == CONTEXT_RIP, "entry.S");
_Static_assert(offsetof(struct context, ss) == CONTEXT_SS, "entry.S");
_Static_assert(offsetof(struct context, core) == CONTEXT_CORE, "entry.S");
#endif
#endif
