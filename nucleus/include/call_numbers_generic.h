/* call_numbers_generic.h: Linux's numbers of the calls that the nucleus answers, on architectures
 * that have no table of their own (include/uapi/asm-generic/unistd.h). */
#ifndef CALL_NUMBERS_GENERIC_H
#define CALL_NUMBERS_GENERIC_H

enum {
    CALL_FUTEX = 98,
    CALL_CLOCK_GETTIME = 113,
    CALL_GETPID = 172,
    CALL_GETPPID = 173,
    CALL_GETTID = 178
};

#endif
