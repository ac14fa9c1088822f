/*
 * What the loader tells people. Every line begins with "boot: ".
 *
 * A front end provides where the text goes and how the machine stops.
 */
#ifndef BOOT_REPORT_H
#define BOOT_REPORT_H

#include "core/base.h"

/* Prints one line. */
void report(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Prints one line and stops the machine: the end of every error that keeps us from booting. */
noreturn void fail(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Provided by the front end. */
void console_write(const char *text);
noreturn void machine_stop(void);

#endif
