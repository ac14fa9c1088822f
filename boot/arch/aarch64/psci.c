/* Calling the firmware. */
#include "arch/aarch64/psci.h"

/* SMCCC (Arm DEN0028): function in w0, result in x0; x0 to x17 may change. */
int64_t psci_call(enum start_method method, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;
#define PSCI_CLOBBERS                                                                              \
    "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",    \
        "memory"
    if (method == START_PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::PSCI_CLOBBERS);
    else
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::PSCI_CLOBBERS);
    return (int64_t)x0;
}
