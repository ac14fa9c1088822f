/* entropy.h: unpredictable bytes. */
#ifndef RUNTIME_ENTROPY_H
#define RUNTIME_ENTROPY_H

#include "base.h"

/* Fills the buffer. Thread context. */
void entropy_read(void *buffer, size_t size);

/* Mixes in what a device or a seed tells; nothing is lost by mixing in known bytes. */
void entropy_add(const void *bytes, size_t size);

struct entropy_facts {
    bool has_cpu;     /* the CPU has a random source */
    bool has_seed;    /* the loader or firmware gave a seed */
    uint64_t added;   /* bytes of entropy_add */
};
void entropy_facts(struct entropy_facts *facts);

#endif
