/* The few string functions that the loader and the compiler's own calls need. */
#ifndef BOOT_STRING_H
#define BOOT_STRING_H

#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t nr_bytes);
void *memmove(void *to, const void *from, size_t nr_bytes);
void *memset(void *to, int byte, size_t nr_bytes);
int memcmp(const void *a, const void *b, size_t nr_bytes);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t max);

bool string_equal(const char *a, const char *b);
bool string_starts(const char *string, const char *prefix);

#endif
