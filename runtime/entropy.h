/* entropy.h: unpredictable bytes. */
#ifndef RUNTIME_ENTROPY_H
#define RUNTIME_ENTROPY_H

#include "base.h"

/* Fills the buffer. Thread context. */
void entropy_read(void *buffer, size_t size);

/* Mixes in what a device or a seed tells; nothing is lost by mixing in known bytes. */
void entropy_add(const void *bytes, size_t size);

#endif
