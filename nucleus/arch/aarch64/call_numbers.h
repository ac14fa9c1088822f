/* call_numbers.h: Linux's numbers of the calls that the nucleus answers
 * (include/uapi/asm-generic/unistd.h). */
#ifndef ARCH_CALL_NUMBERS_H
#define ARCH_CALL_NUMBERS_H

enum {
    CALL_FUTEX = 98,
    CALL_CLOCK_GETTIME = 113,
    CALL_GETPID = 172,
    CALL_GETPPID = 173,
    CALL_GETTID = 178
};

#endif
