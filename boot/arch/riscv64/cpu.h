/* Instructions of riscv64 that C has no words for, and calls of the firmware below us. */
#ifndef BOOT_RISCV64_CPU_H
#define BOOT_RISCV64_CPU_H

#include "core/base.h"

#define read_csr(name)                                                                             \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("csrr %0, " #name : "=r"(value_));                                        \
        value_;                                                                                    \
    })
#define write_csr(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"(value) : "memory")

#define SSTATUS_SIE     0x2
#define SATP_MODE_SHIFT 60
#define SATP_MODE_SV39  8 /* sv48 and sv57 follow; bare is 0 */

struct sbi_result {
    int64_t error, value;
};

/* RISC-V Supervisor Binary Interface 1.0, chapter 3. */
static inline struct sbi_result sbi_call(uint64_t extension, uint64_t function, uint64_t a,
                                         uint64_t b, uint64_t c)
{
    register uint64_t a0 __asm__("a0") = a;
    register uint64_t a1 __asm__("a1") = b;
    register uint64_t a2 __asm__("a2") = c;
    register uint64_t a6 __asm__("a6") = function;
    register uint64_t a7 __asm__("a7") = extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct sbi_result){(int64_t)a0, (int64_t)a1};
}

#define SBI_CONSOLE_PUTCHAR 0x01 /* legacy: chapter 5 */
#define SBI_BASE            0x10
#define SBI_BASE_PROBE      3
#define SBI_HSM             0x48534d /* hart state management: chapter 9 */
#define SBI_HSM_START       0
#define SBI_SRST            0x53525354 /* system reset: chapter 10 */
#define SBI_SRST_RESET      0
#define SBI_SRST_SHUTDOWN   0
#define SBI_SRST_FAILURE    1
#define SBI_DBCN            0x4442434e /* debug console: SBI 2.0, chapter 12 */
#define SBI_DBCN_WRITE_BYTE 2

#endif
