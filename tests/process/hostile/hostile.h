/* hostile.h: programs that do all they can against the system, and one beside them that must not
 * notice.
 *
 * A check calls `beside` with what the culprits do. Each is a process in a group of its own and
 * ends by itself, by a signal, or is killed with all that came of it. The bystander has its memory
 * from the beginning: it computes, asks the system small things, reads a file and a pipe, and gives
 * its result when it is told to. */
#ifndef TESTS_PROCESS_HOSTILE_H
#define TESTS_PROCESS_HOSTILE_H

#define CHECK_SECONDS 240
#include "../check.h"
#include <sys/prctl.h>
#include <sys/resource.h>

#define MOST_CULPRITS 8
#define NOBODY        65534
#define WORDS         (16 * 1024)

static struct bystander {
    volatile bool stop;
    volatile unsigned long rounds;
    uint32_t words[WORDS];
} *bystander;

/* Each word's last value follows from its number and the rounds alone. */
static void bystander_computes(void)
{
    for (unsigned i = 0; i < WORDS; i++)
        bystander->words[i] = bystander->words[i] * 1664525 + 1013904223 + i;
}

static uint32_t bystander_should_have(unsigned i, unsigned long rounds)
{
    uint32_t word = 0;
    while (rounds-- > 0)
        word = word * 1664525 + 1013904223 + i;
    return word;
}

static void bystander_asks(int file, const int pipe[2], pid_t parent)
{
    char there[64], back[64];
    EXPECT_EQ(getppid(), parent);
    EXPECT_EQ(pread(file, there, sizeof there, 0), sizeof there);
    EXPECT_EQ(write(pipe[1], there, sizeof there), sizeof there);
    EXPECT_EQ(read(pipe[0], back, sizeof back), sizeof back);
    EXPECT_EQ(memcmp(there, back, sizeof back), 0);
}

static void bystander_goes_on(void)
{
    int pipe_ends[2];
    OK(prctl(PR_SET_PDEATHSIG, SIGKILL));
    int file = OK(open("/proc/self/exe", O_RDONLY));
    OK(pipe(pipe_ends));
    while (!bystander->stop) {
        bystander_computes();
        bystander_asks(file, pipe_ends, getppid());
        bystander->rounds++;
    }
    for (unsigned i = 0; i < WORDS; i += 1000)
        EXPECT_EQ(bystander->words[i], bystander_should_have(i, bystander->rounds));
    _exit(0);
}

/* It is still there, and goes on. */
static void bystander_is_well(pid_t pid)
{
    unsigned long rounds = bystander->rounds + 3;
    int status;
    AWAIT(bystander->rounds >= rounds || waitpid(pid, &status, WNOHANG) != 0);
    if (bystander->rounds < rounds)
        FAIL("the bystander ended with status %#x", (unsigned)status);
}

static pid_t bystander_begin(void)
{
    bystander = check_shared(sizeof *bystander);
    pid_t pid = OK(fork());
    if (pid == 0)
        bystander_goes_on();
    bystander_is_well(pid);
    return pid;
}

static void bystander_ends_well(pid_t pid)
{
    bystander_is_well(pid);
    bystander->stop = true;
    EXPECT_EXITS(pid, 0);
}

/* ---- culprits ---- */

/* Whom limits hold for. */
static void become_nobody(void)
{
    if (geteuid() != 0)
        return;
    OK(setresgid(NOBODY, NOBODY, NOBODY));
    OK(setresuid(NOBODY, NOBODY, NOBODY));
}

static pid_t culprit_begin(void (*body)(unsigned), unsigned number)
{
    const struct rlimit none = {0, 0};
    pid_t pid = OK(fork());
    if (pid == 0) {
        OK(setpgid(0, 0));
        OK(setrlimit(RLIMIT_CORE, &none));
        OK(munmap(bystander, sizeof *bystander));
        become_nobody();
        body(number);
        _exit(0);
    }
    setpgid(pid, pid);
    return pid;
}

/* It ended by itself or by a signal, and its group is gone soon. A culprit's exit status is 0:
 * where it meets errors these are what it wants. */
static int culprit_end(pid_t pid)
{
    int status = check_wait(pid);
    while (kill(-pid, SIGKILL) == 0)
        check_pause_ms(10);
    EXPECT(!WIFEXITED(status) || WEXITSTATUS(status) == 0);
    return status;
}

/* Culprits with numbers from 0, all at once, for so long if they do not end before. */
CHECK_HELPER void beside_for(void (*body)(unsigned), unsigned nr_culprits, long limit_ms)
{
    pid_t culprits[MOST_CULPRITS], pid = bystander_begin();
    for (unsigned i = 0; i < nr_culprits; i++)
        culprits[i] = culprit_begin(body, i);
    if (limit_ms) {
        check_pause_ms(limit_ms);
        for (unsigned i = 0; i < nr_culprits; i++)
            kill(-culprits[i], SIGKILL);
    }
    for (unsigned i = 0; i < nr_culprits; i++)
        culprit_end(culprits[i]);
    bystander_ends_well(pid);
}

CHECK_HELPER void beside(void (*body)(unsigned), unsigned nr_culprits)
{
    beside_for(body, nr_culprits, 0);
}

/* One culprit, which must end by the signal. */
#define EXPECT_ENDS_BY(wanted, body, number)                                                       \
    do {                                                                                           \
        int status_ = culprit_end(culprit_begin(body, number));                                    \
        if (!WIFSIGNALED(status_) || WTERMSIG(status_) != (wanted))                                \
            FAIL("%s %u: status %#x, not %s", #body, (unsigned)(number), (unsigned)status_,        \
                 #wanted);                                                                         \
    } while (0)

#endif
