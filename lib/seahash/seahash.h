/* SeaHash 4.1, unseeded: a 64-bit hash that is no cipher. Source: the reference of the seahash
 * crate, 4.1. Freestanding; reads exactly `length` bytes, of any alignment, and writes nothing. */
#ifndef SEAHASH_H
#define SEAHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t seahash_bytes(const uint8_t *bytes, size_t length);

#endif
