/* A register of SSE2 has 128 bits. */
#define SLICE_WORDS 2
