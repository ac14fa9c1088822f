/* registers.h: filling registers with a pattern, waiting with them, and reading them back, as each
 * architecture needs it. Beside check.h. */
#ifndef TESTS_PROCESS_REGISTERS_H
#define TESTS_PROCESS_REGISTERS_H

#include <stdint.h>

/* Integers that a function may use freely, and floating-point or vector registers, 16 bytes each.
 */
struct registers {
    uint64_t integers[8];
    uint64_t vectors[32][2];
};

/* Loads what is in `before`, spins while `*word` is below `limit`, at most `turns` times, and
 * stores what the registers hold then. */
#if defined(__x86_64__)
#define REGISTERS_VECTORS 16
#define VECTOR_WORDS      2
#define LOAD(n)           "movups 64+16*" #n "(%0), %%xmm" #n "\n"
#define STORE(n)          "movups %%xmm" #n ", 64+16*" #n "(%1)\n"
#define ALL(f)            f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15)
static inline void registers_spin(const struct registers *before, struct registers *after,
                                  volatile int *word, int limit, long turns)
{
    __asm__ volatile(ALL(LOAD) "mov 0(%0), %%r8\nmov 8(%0), %%r9\nmov 16(%0), %%r10\n"
                               "mov 24(%0), %%r11\nmov 32(%0), %%r12\nmov 40(%0), %%r13\n"
                               "mov 48(%0), %%r14\nmov 56(%0), %%r15\n"
                               "1: cmp %3, (%2)\njge 2f\ndec %4\njnz 1b\n2:\n"
                               "mov %%r8, 0(%1)\nmov %%r9, 8(%1)\nmov %%r10, 16(%1)\n"
                               "mov %%r11, 24(%1)\nmov %%r12, 32(%1)\nmov %%r13, 40(%1)\n"
                               "mov %%r14, 48(%1)\nmov %%r15, 56(%1)\n" ALL(STORE)
                     : "+r"(before), "+r"(after), "+r"(word), "+r"(limit), "+r"(turns)::"r8", "r9",
                       "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3",
                       "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
                       "xmm13", "xmm14", "xmm15", "memory", "cc");
}
static inline void registers_scribble(void)
{
    __asm__ volatile("pxor %%xmm0, %%xmm0\npxor %%xmm7, %%xmm7\npxor %%xmm15, %%xmm15\n"
                     "xor %%r8, %%r8\nxor %%r12, %%r12" ::
                         : "xmm0", "xmm7", "xmm15", "r8", "r12", "cc");
}
#elif defined(__aarch64__)
#define REGISTERS_VECTORS 32
#define VECTOR_WORDS      2
#define LOAD(n)           "ldr q" #n ", [%0, #64+16*" #n "]\n"
#define STORE(n)          "str q" #n ", [%1, #64+16*" #n "]\n"
#define ALL(f)                                                                                     \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15) f(16)    \
        f(17) f(18) f(19) f(20) f(21) f(22) f(23) f(24) f(25) f(26) f(27) f(28) f(29) f(30) f(31)
static inline void registers_spin(const struct registers *before, struct registers *after,
                                  volatile int *word, int limit, long turns)
{
    __asm__ volatile(ALL(LOAD) "ldp x9, x10, [%0]\nldp x11, x12, [%0, #16]\n"
                               "ldp x13, x14, [%0, #32]\nldp x19, x20, [%0, #48]\n"
                               "1: ldr w15, [%2]\ncmp w15, %w3\nb.ge 2f\nsubs %4, %4, #1\nb.ne 1b\n"
                               "2: stp x9, x10, [%1]\nstp x11, x12, [%1, #16]\n"
                               "stp x13, x14, [%1, #32]\nstp x19, x20, [%1, #48]\n" ALL(STORE)
                     : "+r"(before), "+r"(after), "+r"(word), "+r"(limit), "+r"(turns)::"x9", "x10",
                       "x11", "x12", "x13", "x14", "x15", "x19", "x20", "v0", "v1", "v2", "v3",
                       "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",
                       "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",
                       "v27", "v28", "v29", "v30", "v31", "memory", "cc");
}
static inline void registers_scribble(void)
{
    __asm__ volatile(
        "movi v0.16b, #0\nmovi v8.16b, #0\nmovi v31.16b, #0\nmov x9, #0\nmov x19, #0" ::
            : "v0", "v8", "v31", "x9", "x19");
}
#else
#define REGISTERS_VECTORS 32
#define VECTOR_WORDS      1
#define LOAD(n)           "fld f" #n ", 64+16*" #n "(%0)\n"
#define STORE(n)          "fsd f" #n ", 64+16*" #n "(%1)\n"
#define ALL(f)                                                                                     \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15) f(16)    \
        f(17) f(18) f(19) f(20) f(21) f(22) f(23) f(24) f(25) f(26) f(27) f(28) f(29) f(30) f(31)
static inline void registers_spin(const struct registers *before, struct registers *after,
                                  volatile int *word, int limit, long turns)
{
    __asm__ volatile(
        ALL(LOAD) "ld t0, 0(%0)\nld t1, 8(%0)\nld t3, 16(%0)\nld t4, 24(%0)\n"
                  "ld t5, 32(%0)\nld t6, 40(%0)\nld s3, 48(%0)\nld s4, 56(%0)\n"
                  "1: lw t2, 0(%2)\nbge t2, %3, 2f\naddi %4, %4, -1\nbnez %4, 1b\n"
                  "2: sd t0, 0(%1)\nsd t1, 8(%1)\nsd t3, 16(%1)\nsd t4, 24(%1)\n"
                  "sd t5, 32(%1)\nsd t6, 40(%1)\nsd s3, 48(%1)\nsd s4, 56(%1)\n" ALL(STORE)
        : "+r"(before), "+r"(after), "+r"(word), "+r"(limit), "+r"(turns)::"t0", "t1", "t2", "t3",
          "t4", "t5", "t6", "s3", "s4", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9",
          "f10", "f11", "f12", "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", "f21", "f22",
          "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", "f31", "memory");
}
static inline void registers_scribble(void)
{
    __asm__ volatile("fmv.d.x f0, zero\nfmv.d.x f9, zero\nfmv.d.x f31, zero\nli t0, 0\nli s3, 0" ::
                         : "f0", "f9", "f31", "t0", "s3");
}
#endif

#endif
