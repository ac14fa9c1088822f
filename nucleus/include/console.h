/* console.h: the serial line. Written by interrupt once the threads run; polled before, and in a
 * panic. */
#ifndef NUCLEUS_CONSOLE_H
#define NUCLEUS_CONSOLE_H

#include "base.h"
#include <stdarg.h>

struct discovered;

void console_init(const struct discovered *d);
void console_start_interrupts(void);

/* Queues bytes; waits for room when the queue is full. Thread context. */
void console_write(const char *bytes, size_t size);

/* Reads at least one byte, at most `size`; waits until there is one or the deadline passes (then
 * 0). */
size_t console_read(char *bytes, size_t size, uint64_t deadline_ns);

/* The same without waiting: what is there. EVENT_CONSOLE says when there is more, unless the line
 * is polled: then the caller asks again. */
size_t console_try_read(char *bytes, size_t size);
bool console_is_polled(void);

/* Takes at most `size` bytes of the latest output, which nobody took; what was not taken in time is
 * lost. 0: there are none, and EVENT_MIRROR says when there are. Thread context. */
size_t console_read_mirror(char *bytes, size_t size);

/* Waits until everything written has left the machine. Any context. */
void console_drain(void);

/* From now on everything is polled and unlocked: the machine is dying. */
void console_panic_mode(void);

/* The nucleus's own words: polled, in order with what is queued. Any context. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprint(const char *format, va_list args);

/* The formatter behind: %d %i %u %x %X %o %c %s %p %%, flags `-` and `0`, width, l, ll, z. */
void format_to(void (*put)(void *, char), void *arg, const char *format, va_list args);
int format_string(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
