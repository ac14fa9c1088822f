/* hosted.h: what the tests of the nucleus need besides check.h: a panic that can be expected. */
#ifndef TESTS_HOST_NUCLEUS_HOSTED_H
#define TESTS_HOST_NUCLEUS_HOSTED_H

#include "../check.h"
#include "base.h"
#include "panic.h"

#define HOSTED_PANICKED 99

static const char *hosted_expected; /* in a child that is to panic: a part of the message */

_Noreturn void panic(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (hosted_expected && strstr(text, hosted_expected))
        _exit(HOSTED_PANICKED);
    FAIL("panic: %s", text);
}

/* The call panics with a message that contains the words. It happens in a child: nothing here
 * changes. */
#define CHECK_PANICS(call, words)                                                                  \
    do {                                                                                           \
        int status_;                                                                               \
        pid_t child_ = fork();                                                                     \
        if (child_ == 0) {                                                                         \
            hosted_expected = words;                                                               \
            call;                                                                                  \
            FAIL("%s does not panic", #call);                                                      \
        }                                                                                          \
        waitpid(child_, &status_, 0);                                                              \
        if (!WIFEXITED(status_) || WEXITSTATUS(status_) != HOSTED_PANICKED)                        \
            _exit(1);                                                                              \
    } while (0)

#endif
