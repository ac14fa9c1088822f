/* base.h: the words every nucleus file uses.
 *
 * Force-included by nucleus.mk before anything else, so that the asm labels below also bind the
 * calls that the compiler makes by itself (struct copies, zeroing): nucleus code runs in traps,
 * where musl's functions would clobber the interrupted thread's FP and SIMD registers. */
#ifndef NUCLEUS_BASE_H
#define NUCLEUS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A physical address. Never dereferenced: see phys_to_virt in paging.h. */
typedef uint64_t phys_t;

#define KIB 1024ul
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define NS_PER_US 1000ul
#define NS_PER_MS 1000000ul
#define NS_PER_S  1000000000ul

#define ARRAY_LEN(a)             (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, type, m) ((type *)((char *)(p)-offsetof(type, m)))
#define ALIGN_DOWN(x, a)         ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN_UP(x, a)           ALIGN_DOWN((x) + (__typeof__(x))(a)-1, a)
#define MIN(a, b)                ((a) < (b) ? (a) : (b))
#define MAX(a, b)                ((a) > (b) ? (a) : (b))

/* Bulk memory without FP or SIMD registers: callable in any context. */
#ifdef NUCLEUS_HOSTED /* host unit tests use the host's libc */
#include <string.h>
#else
void *memcpy(void *restrict to, const void *restrict from, size_t size) __asm__("nucleus_memcpy");
void *memmove(void *to, const void *from, size_t size) __asm__("nucleus_memmove");
void *memset(void *to, int byte, size_t size) __asm__("nucleus_memset");
int memcmp(const void *a, const void *b, size_t size) __asm__("nucleus_memcmp");
size_t strlen(const char *s) __asm__("nucleus_strlen");
#endif

#endif
