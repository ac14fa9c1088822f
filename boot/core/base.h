/*
 * What every file of the loader builds on: types, pages, rounding.
 *
 * The loader runs with memory mapped one to one (or with the MMU off), so a physical address and
 * a pointer are the same number; phys_ptr() and ptr_phys() mark each place that relies on it.
 */
#ifndef BOOT_BASE_H
#define BOOT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE        4096ULL
#define ARRAY_SIZE(a)    (sizeof(a) / sizeof((a)[0]))
#define ROUND_DOWN(x, a) ((x) & ~((uint64_t)(a)-1)) /* `a` is a power of two */
#define ROUND_UP(x, a)   ROUND_DOWN((x) + (uint64_t)(a)-1, a)

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)

#define noreturn __attribute__((noreturn))

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static inline void *phys_ptr(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static inline uint64_t ptr_phys(const volatile void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

#endif
