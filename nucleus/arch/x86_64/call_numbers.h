/* call_numbers.h: Linux's numbers of the calls that the nucleus answers
 * (arch/x86/entry/syscalls/syscall_64.tbl). */
#ifndef ARCH_CALL_NUMBERS_H
#define ARCH_CALL_NUMBERS_H

enum {
    CALL_GETPID = 39,
    CALL_GETPPID = 110,
    CALL_GETTID = 186,
    CALL_FUTEX = 202,
    CALL_CLOCK_GETTIME = 228
};

#endif
