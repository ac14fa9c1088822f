/* A register of Advanced SIMD has 128 bits. */
#define SLICE_WORDS 2
