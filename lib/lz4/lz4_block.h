/* LZ4's raw blocks. Source: "LZ4 Block Format Description", lz4 project, doc/lz4_Block_format.md.
 * Freestanding. Any input is safe: nothing is read or written outside the given ranges. */
#ifndef LZ4_BLOCK_H
#define LZ4_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { LZ4_TABLE_ENTRIES = 4096 };

/* How many bytes of `to` the block takes; 0 when it does not fit in `room`. The same input gives
 * the same output, whatever `table` (LZ4_TABLE_ENTRIES of them, scratch) held before. */
size_t lz4_compress(const uint8_t *from, size_t length, uint8_t *to, size_t room, uint32_t *table);

/* How many bytes of `to` were filled; -1 when the block is damaged, or holds more than `room`. */
long lz4_decompress(const uint8_t *from, size_t length, uint8_t *to, size_t room);

#endif
