/* panic.h: stands in for the nucleus's own: the test ends. */
#ifndef HOSTED_PANIC_H
#define HOSTED_PANIC_H

_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
