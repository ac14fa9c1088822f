/* check.h: the runner of programs that check what Linux promises to a process.
 *
 * A program includes this and holds CHECK(name) { ... } bodies; this header brings main. Each check
 * runs in a child of its own with CHECK_SECONDS, and gets one line:
 *
 *     NAME: PASS
 *     NAME: FAIL FILE:LINE: what
 *     NAME: SKIP why
 *
 * and the program ends with `N passed, N failed`. What the runner itself asks of the system is
 * little: fork, wait4, write, a shared anonymous mapping, an alarm, and for checks with files a
 * directory below /tmp.
 *
 *     PROGRAM [--here] [NAME...]
 *
 * --here runs checks without a child, until one fails; NAMEs are parts of checks' names.
 */
#ifndef TESTS_PROCESS_CHECK_H
#define TESTS_PROCESS_CHECK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../counts.h"

#ifndef CHECK_SECONDS
#define CHECK_SECONDS 20
#endif
#define PAGE 4096ul

struct check {
    const char *name;
    void (*body)(void);
    bool as_root;
    struct check *next;
};

static struct check *check_first, **check_last = &check_first;

/* Why the check failed: shared with its child and all that come of it; the first word counts. */
static char *check_why;
#define CHECK_WHY_SIZE 512

#define CHECK_REGISTER(check_name, needs_root)                                                     \
    static void check_##check_name(void);                                                          \
    __attribute__((constructor)) static void register_##check_name(void)                           \
    {                                                                                              \
        static struct check check = {#check_name, check_##check_name, needs_root, NULL};           \
        *check_last = &check;                                                                      \
        check_last = &check.next;                                                                  \
    }                                                                                              \
    static void check_##check_name(void)

#define CHECK(check_name)         CHECK_REGISTER(check_name, false)
#define CHECK_AS_ROOT(check_name) CHECK_REGISTER(check_name, true)

/* Ends the process that it is called in, and the check with it. */
__attribute__((format(printf, 2, 3), noreturn)) static inline void
check_end(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (check_why && !*check_why)
        vsnprintf(check_why, CHECK_WHY_SIZE, format, args);
    va_end(args);
    _exit(status);
}

#define FAIL(format, ...)                                                                          \
    check_end(1, "%s:%d: " format, strrchr("/" __FILE__, '/') + 1,                                 \
              __LINE__ __VA_OPT__(, ) __VA_ARGS__)
#define SKIP(format, ...) check_end(CHECK_SKIPPED, format __VA_OPT__(, ) __VA_ARGS__)

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            FAIL("%s", #condition);                                                                \
    } while (0)

/* Integers of any type. */
#define EXPECT_EQ(got, wanted)                                                                     \
    do {                                                                                           \
        long got_ = (long)(got), wanted_ = (long)(wanted);                                         \
        if (got_ != wanted_)                                                                       \
            FAIL("%s is %ld (%#lx), not %ld (%#lx)", #got, got_, (unsigned long)got_, wanted_,     \
                 (unsigned long)wanted_);                                                          \
    } while (0)

/* The value of a call that must not fail. */
#define OK(call)                                                                                   \
    ({                                                                                             \
        long ok_ = (long)(call);                                                                   \
        if (ok_ == -1)                                                                             \
            FAIL("%s: %s", #call, strerror(errno));                                                \
        ok_;                                                                                       \
    })

/* A call that must fail with this very error. */
#define EXPECT_FAILS(error, call)                                                                  \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long failed_ = (long)(call);                                                               \
        int errno_ = errno;                                                                        \
        if (failed_ != -1)                                                                         \
            FAIL("%s gives %ld, not %s", #call, failed_, #error);                                  \
        if (errno_ != (error))                                                                     \
            FAIL("%s fails with %s, not %s", #call, strerror(errno_), #error);                     \
    } while (0)

/* ---- what checks have in common; not all use all ---- */

#define CHECK_HELPER __attribute__((unused)) static

/* A pointer to where nothing is, about which the compiler knows nothing. */
CHECK_HELPER void *volatile check_bad_pointer = (void *)8;
#define BAD check_bad_pointer

/* Waits for one child and gives its status. */
CHECK_HELPER int check_wait(pid_t child)
{
    int status = -1;
    pid_t got;
    do
        got = waitpid(child, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got != child)
        FAIL("waitpid: %ld, %s", (long)got, strerror(errno));
    return status;
}

#define EXPECT_EXITS(child, code)                                                                  \
    do {                                                                                           \
        int status_ = check_wait(child);                                                           \
        if (!WIFEXITED(status_) || WEXITSTATUS(status_) != (code))                                 \
            FAIL("%s: status %#x, not exit %d", #child, (unsigned)status_, (int)(code));           \
    } while (0)

#define EXPECT_KILLED(child, signal)                                                               \
    do {                                                                                           \
        int status_ = check_wait(child);                                                           \
        if (!WIFSIGNALED(status_) || WTERMSIG(status_) != (signal))                                \
            FAIL("%s: status %#x, not %s", #child, (unsigned)status_, #signal);                    \
    } while (0)

/* Zeroed pages that children share. */
CHECK_HELPER void *check_shared(size_t size_bytes)
{
    return (void *)OK(
        mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

CHECK_HELPER int64_t check_now_ns(void)
{
    struct timespec now;
    OK(clock_gettime(CLOCK_MONOTONIC, &now));
    return now.tv_sec * 1000000000l + now.tv_nsec;
}

CHECK_HELPER void check_pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

/* Waits until another process or thread has made it so, or the check takes too long. */
#define AWAIT(condition)                                                                           \
    do                                                                                             \
        check_pause_ms(1);                                                                         \
    while (!(condition))

/* An empty directory of the check's own becomes the current one; main removes it. */
CHECK_HELPER void check_directory(void)
{
    char name[64];
    snprintf(name, sizeof name, "/tmp/check-%d", (int)getpid());
    OK(mkdir(name, 0777));
    OK(chdir(name));
}

/* A file with these bytes, open for reading and writing at its start. */
CHECK_HELPER int check_file(const char *name, const char *text)
{
    int file = OK(open(name, O_RDWR | O_CREAT | O_TRUNC, 0666));
    EXPECT_EQ(write(file, text, strlen(text)), strlen(text));
    OK(lseek(file, 0, SEEK_SET));
    return file;
}

/* ---- the runner ---- */

static void check_remove(const char *path)
{
    struct dirent *entry;
    DIR *directory = opendir(path);
    if (!directory)
        return;
    while ((entry = readdir(directory))) {
        char inner[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (unlink(inner) < 0 && errno != ENOENT)
            check_remove(inner);
    }
    closedir(directory);
    rmdir(path);
}

static int check_in_child(const struct check *check)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        alarm(CHECK_SECONDS);
        check->body();
        _exit(0);
    }
    if (child < 0) {
        snprintf(check_why, CHECK_WHY_SIZE, "fork: %s", strerror(errno));
        return 1;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    char name[64];
    snprintf(name, sizeof name, "/tmp/check-%d", (int)child);
    check_remove(name);
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    if (!*check_why)
        snprintf(check_why, CHECK_WHY_SIZE, "ended by signal %d%s", WTERMSIG(status),
                 WTERMSIG(status) == SIGALRM ? ": it took too long" : "");
    return 1;
}

static int check_run(const struct check *check, bool here)
{
    int result = 0;
    *check_why = 0;
    if (check->as_root && geteuid() != 0) {
        snprintf(check_why, CHECK_WHY_SIZE, "needs root");
        result = CHECK_SKIPPED;
    } else if (here) {
        check->body();
    } else {
        result = check_in_child(check);
    }
    if (result == 0)
        printf("%s: PASS\n", check->name);
    else if (result == CHECK_SKIPPED)
        printf("%s: SKIP %s\n", check->name, check_why);
    else
        printf("%s: FAIL %s\n", check->name, *check_why ? check_why : "without a word");
    fflush(stdout);
    return result;
}

#ifndef CHECK_MAIN
#define CHECK_MAIN main
#endif

int CHECK_MAIN(int argc, char **argv)
{
    struct check_counts counts = {0};
    char **names = argv + 1;
    bool here = argc > 1 && strcmp(argv[1], "--here") == 0;
    check_why = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (check_why == MAP_FAILED) {
        printf("no shared page: %s\n0 passed, 1 failed\n", strerror(errno));
        return 1;
    }
    for (const struct check *check = check_first; check; check = check->next) {
        if (check_chosen(check->name, names + here))
            check_count(&counts, check_run(check, here));
    }
    return check_total(&counts);
}

#endif
