/* Registers have 64 bits. */
#define SLICE_WORDS 1
