/* sbi.h: calls of the firmware below. Source: RISC-V Supervisor Binary Interface Specification 2.0.
 */
#ifndef ARCH_SBI_H
#define ARCH_SBI_H

#include "base.h"

#define SBI_BASE   0x10       /* chapter 4 */
#define SBI_TIME   0x54494d45 /* 6 */
#define SBI_IPI    0x735049   /* 7 */
#define SBI_RFENCE 0x52464e43 /* 8 */
#define SBI_SRST   0x53525354 /* 10 */

#define SBI_LEGACY_PUTCHAR 1 /* chapter 5 */
#define SBI_LEGACY_GETCHAR 2

struct sbi_result {
    long error, value;
};

/* SAFETY: the firmware keeps all registers but a0 and a1. */
static inline struct sbi_result sbi_call(long extension, long function, long a, long b, long c,
                                         long d)
{
    register long a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c,
                     a3 __asm__("a3") = d;
    register long a6 __asm__("a6") = function, a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a6), "r"(a7) : "memory");
    return (struct sbi_result){a0, a1};
}

#endif
