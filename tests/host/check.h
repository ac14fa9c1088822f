/* check.h: the host tests' runner. A test file includes this and holds TEST(name) { ... } bodies;
 * this header brings main.
 *
 * Every test runs in a child of its own, so that a crash, a sanitizer's report or an endless loop
 * fails one test and the next starts from fresh static data. One line is printed per test, then the
 * counts.
 *
 *     PROGRAM [--seed N] [--seconds N] [--inputs N] [NAME...]
 *
 * --seconds is what each test that asks check_seconds() may spend (4); --inputs is how many inputs
 * each fuzzer tries, however long that takes; NAMEs are parts of test names.
 */
#ifndef TESTS_HOST_CHECK_H
#define TESTS_HOST_CHECK_H

#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../counts.h"

#define CHECK_TIMEOUT_SECONDS 120

struct check_test {
    const char *name;
    void (*body)(void);
    struct check_test *next;
};

static struct check_test *check_first, **check_last = &check_first;
static int check_report; /* the child's end of the pipe that carries why it failed or was skipped */
static uint64_t check_seed, check_random_state;
static unsigned check_duration;
static unsigned long check_inputs;

#define TEST(test_name)                                                                            \
    static void test_##test_name(void);                                                            \
    __attribute__((constructor)) static void register_##test_name(void)                            \
    {                                                                                              \
        static struct check_test test = {#test_name, test_##test_name, NULL};                      \
        *check_last = &test;                                                                       \
        check_last = &test.next;                                                                   \
    }                                                                                              \
    static void test_##test_name(void)

/* Ends the test, in words. */
__attribute__((format(printf, 2, 3), noreturn)) static inline void
check_end(int status, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (write(check_report, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1) < 0)
        perror("check");
    _exit(status);
}

#define FAIL(format, ...)                                                                          \
    check_end(1, "%s:%d: " format, __FILE__, __LINE__ __VA_OPT__(, ) __VA_ARGS__)
#define SKIP(format, ...) check_end(CHECK_SKIPPED, format __VA_OPT__(, ) __VA_ARGS__)
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            FAIL("%s", #condition);                                                                \
    } while (0)

/* Integers of any type; shown in hexadecimal. */
#define CHECK_EQ(got, expected)                                                                    \
    do {                                                                                           \
        uint64_t got_ = (uint64_t)(got), expected_ = (uint64_t)(expected);                         \
        if (got_ != expected_)                                                                     \
            FAIL("%s is %#lx, not %#lx", #got, (unsigned long)got_, (unsigned long)expected_);     \
    } while (0)

/* The next pseudo-random number (xorshift64*), from the seed alone. */
__attribute__((unused)) static uint64_t check_random(void)
{
    check_random_state ^= check_random_state >> 12;
    check_random_state ^= check_random_state << 25;
    check_random_state ^= check_random_state >> 27;
    return check_random_state * 0x2545f4914f6cdd1dull;
}

__attribute__((unused)) static uint64_t check_random_below(uint64_t limit)
{
    return check_random() % limit;
}

__attribute__((unused)) static unsigned check_seconds(void)
{
    return check_duration;
}

/* Whether `seconds` have passed since the first call with this start, which begins as {0}. */
__attribute__((unused)) static bool check_time_is_up(struct timespec *start, unsigned seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (start->tv_sec == 0)
        *start = now;
    return now.tv_sec - start->tv_sec >= (time_t)seconds;
}

/* A fuzzer's count of inputs, which begins as {0}. */
struct check_count {
    unsigned long nr;
    struct timespec start;
};

/* Whether a fuzzer is to try one more: until its seconds are over, or as many as --inputs says.
 * Each 64 of them have a test's whole time. */
__attribute__((unused)) static bool check_another(struct check_count *count, unsigned seconds)
{
    bool looks = count->nr % 64 == 0;
    if (looks && check_inputs)
        alarm(CHECK_TIMEOUT_SECONDS);
    if (check_inputs ? count->nr < check_inputs
                     : !looks || !check_time_is_up(&count->start, seconds)) {
        count->nr++;
        return true;
    }
    printf("# %lu inputs\n", count->nr);
    return false;
}

/* The name of a file of this test's own, which is removed when the test has ended, however it
 * ends. */
__attribute__((unused)) static void check_scratch(char *name, size_t size, const char *suffix)
{
    snprintf(name, size, "/tmp/bactrian-test-%d-%s", (int)getpid(), suffix);
}

static void check_remove_scratch(pid_t child)
{
    char pattern[64];
    glob_t files;
    snprintf(pattern, sizeof pattern, "/tmp/bactrian-test-%d-*", (int)child);
    if (glob(pattern, 0, NULL, &files) != 0)
        return;
    for (size_t i = 0; i < files.gl_pathc; i++)
        unlink(files.gl_pathv[i]);
    globfree(&files);
}

static void check_child(const struct check_test *test, int report)
{
    check_report = report;
    check_random_state = check_seed * 2 + 1;
    alarm(CHECK_TIMEOUT_SECONDS + 2 * check_duration);
    test->body();
    fflush(NULL);
    _exit(0);
}

/* Runs one test and says how it went. Returns 0, CHECK_SKIPPED, or anything else for a failure. */
static int check_run(const struct check_test *test)
{
    char why[1024] = "";
    int ends[2], status;
    fflush(NULL);
    if (pipe(ends) < 0)
        return 1;
    pid_t child = fork();
    if (child == 0)
        check_child(test, ends[1]);
    close(ends[1]);
    for (size_t size = 0; size < sizeof why - 1;) {
        ssize_t got = read(ends[0], why + size, sizeof why - 1 - size);
        if (got <= 0)
            break;
        size += got;
    }
    close(ends[0]);
    waitpid(child, &status, 0);
    check_remove_scratch(child);
    int result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (result == 0)
        printf("ok %s\n", test->name);
    else if (result == CHECK_SKIPPED)
        printf("skip %s: %s\n", test->name, why);
    else if (*why)
        printf("FAIL %s: %s\n", test->name, why);
    else
        printf("FAIL %s: %s:0: ended by %s %d\n", test->name, __FILE__,
               WIFSIGNALED(status) ? "signal" : "exit status",
               WIFSIGNALED(status) ? WTERMSIG(status) : result);
    return result;
}

int main(int argc, char **argv)
{
    struct check_counts counts = {0};
    check_seed = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
    check_duration = 4;
    (void)argc;
    for (argv++; argv[0] && argv[0][0] == '-' && argv[1]; argv += 2)
        if (strcmp(argv[0], "--seed") == 0)
            check_seed = strtoull(argv[1], NULL, 0);
        else if (strcmp(argv[0], "--seconds") == 0)
            check_duration = strtoul(argv[1], NULL, 0);
        else if (strcmp(argv[0], "--inputs") == 0)
            check_inputs = strtoul(argv[1], NULL, 0);
    printf("# seed %#lx\n", (unsigned long)check_seed);
    for (const struct check_test *test = check_first; test; test = test->next) {
        if (check_chosen(test->name, argv))
            check_count(&counts, check_run(test));
    }
    return check_total(&counts);
}

#endif
