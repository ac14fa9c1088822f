/* counts.h: which tests of a program run, and how many passed: for the runners of tests/host and
 * tests/process, their check.h. */
#ifndef TESTS_COUNTS_H
#define TESTS_COUNTS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CHECK_SKIPPED 77 /* how a test ends that cannot run here */

struct check_counts {
    unsigned passed, failed, skipped;
};

/* Whether the name has one of these parts, of which there is a NULL behind the last; or there are
 * none. */
static bool check_chosen(const char *name, char **parts)
{
    if (!*parts)
        return true;
    for (; *parts; parts++)
        if (strstr(name, *parts))
            return true;
    return false;
}

/* `result`: 0, CHECK_SKIPPED, or anything else for a failure. */
static void check_count(struct check_counts *counts, int result)
{
    *(result == 0               ? &counts->passed
      : result == CHECK_SKIPPED ? &counts->skipped
                                : &counts->failed) += 1;
}

/* Prints the program's last line, and gives its exit status. */
static int check_total(const struct check_counts *counts)
{
    printf("%u passed, %u failed", counts->passed, counts->failed);
    if (counts->skipped)
        printf(", %u skipped", counts->skipped);
    printf("\n");
    return counts->failed ? 1 : 0;
}

#endif
