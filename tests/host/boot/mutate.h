/*
 * Bounded mutation fuzzing: a valid input with a few bytes, words or its length changed, again and
 * again. The promise under test is that a parser neither crashes nor reads outside of its input.
 */
#ifndef TESTS_HOST_BOOT_MUTATE_H
#define TESTS_HOST_BOOT_MUTATE_H

#include "check.h"

static void mutate_once(uint8_t *data, size_t size)
{
    static const uint64_t interesting[] = {0,          1,          0x7f,       0x80,
                                           0xff,       0x7fff,     0x8000,     0xffff,
                                           0x7fffffff, 0x80000000, 0xffffffff, UINT64_MAX};
    size_t at = check_random_below(size);
    uint64_t value = interesting[check_random_below(sizeof interesting / sizeof *interesting)];
    size_t width = (size_t)1 << check_random_below(4);
    switch (check_random_below(4)) {
    case 0:
        data[at] ^= (uint8_t)(1 << check_random_below(8));
        break;
    case 1:
        data[at] = (uint8_t)check_random();
        break;
    case 2:
        at &= ~(width - 1);
        memcpy(data + at, &value, width < size - at ? width : size - at);
        break;
    case 3:
        data[at] = data[check_random_below(size)];
        break;
    }
}

/*
 * Calls run() with damaged copies of the input for as long as a fuzzer may take. Each copy is a
 * heap object of exactly its size, so that AddressSanitizer sees the first byte too far.
 */
static void mutate(const void *input, size_t size, void (*run)(uint8_t *data, size_t size))
{
    struct check_count count = {0};
    while (check_another(&count, check_seconds())) {
        size_t kept = check_random_below(4) ? size : check_random_below(size + 1);
        uint8_t *exact = malloc(kept ? kept : 1);
        memcpy(exact, input, kept);
        for (uint64_t n = check_random_below(8); kept && n > 0; n--)
            mutate_once(exact, kept);
        run(exact, kept);
        free(exact);
    }
}

#endif
