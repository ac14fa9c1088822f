/*
 * Text for people: a small printf and the error that parsers fill in.
 *
 * Known conversions: %s %c %d %u %x %lu %lx %% and a field width with leading zeros (%02u).
 */
#ifndef BOOT_FORMAT_H
#define BOOT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* One sentence about what is wrong with an input. Parsers return -1 after filling it in. */
struct error {
    char text[240];
};

/* Writes at most size - 1 characters and a 0; returns the number of characters written. */
size_t format_va(char *buffer, size_t size, const char *text, va_list args);
size_t format(char *buffer, size_t size, const char *text, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the sentence and returns -1, so that a parser can say `return error_set(...)`. */
int error_set(struct error *error, const char *text, ...) __attribute__((format(printf, 2, 3)));

#endif
