/* Caches: what is written where others look without, and the reverse. */
#ifndef BOOT_AARCH64_CACHE_H
#define BOOT_AARCH64_CACHE_H

#include "core/base.h"

/*
 * Makes memory the same with and without caches. With the MMU on, our writes are in the cache and
 * are cleaned; with it off they are in memory, and what a cache may still hold of older contents is
 * dropped.
 */
void cache_settle(uint64_t base, uint64_t size);

#endif
