/* Making processes and waiting for them: fork, wait4, waitid. */
#include "check.h"
#include <sys/resource.h>
#include <sys/prctl.h>

static void no_core(void)
{
    struct rlimit none = {0, 0};
    OK(setrlimit(RLIMIT_CORE, &none));
}

CHECK(a_child_knows_its_parent)
{
    pid_t parent = getpid(), child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(getppid(), parent);
        EXPECT(getpid() != parent);
        EXPECT_EQ(syscall(SYS_gettid), getpid());
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(statuses_are_a_byte)
{
    for (int code = 0; code <= 256; code += 64) {
        pid_t child = OK(fork());
        if (child == 0)
            _exit(code + 3);
        EXPECT_EXITS(child, (code + 3) & 255);
    }
}

CHECK(signals_are_told_apart_from_exits)
{
    pid_t child = OK(fork());
    if (child == 0) {
        no_core();
        signal(SIGTERM, SIG_DFL);
        raise(SIGTERM);
        _exit(0);
    }
    EXPECT_KILLED(child, SIGTERM);
    if ((child = OK(fork())) == 0) {
        no_core();
        abort();
    }
    int status = check_wait(child);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

CHECK(waiting_for_whom)
{
    int status;
    EXPECT_FAILS(ECHILD, waitpid(-1, &status, 0));
    pid_t first = OK(fork());
    if (first == 0)
        _exit(1);
    pid_t second = OK(fork());
    if (second == 0)
        _exit(2);
    EXPECT_FAILS(ECHILD, waitpid(getpid(), &status, 0));
    EXPECT_EQ(waitpid(second, &status, 0), second);
    EXPECT_EQ(WEXITSTATUS(status), 2);
    EXPECT_EQ(waitpid(0, &status, 0), first);
    EXPECT_EQ(WEXITSTATUS(status), 1);
    EXPECT_FAILS(ECHILD, waitpid(first, &status, WNOHANG));
    EXPECT_FAILS(EINVAL, waitpid(-1, &status, 0x10000));
}

CHECK(waiting_without_hanging)
{
    int ends[2], status = 77;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        char byte;
        close(ends[1]);
        _exit((int)read(ends[0], &byte, 1));
    }
    EXPECT_EQ(waitpid(child, &status, WNOHANG), 0);
    EXPECT_EQ(waitpid(-1, &status, WNOHANG), 0);
    OK(close(ends[1]));
    EXPECT_EXITS(child, 0);
}

CHECK(stops_and_continues_are_seen)
{
    int status, ends[2];
    char byte;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(raise(SIGSTOP));
        EXPECT_EQ(read(ends[0], &byte, 1), 1);
        OK(raise(SIGTSTP));
        _exit(5);
    }
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    EXPECT_EQ(waitpid(child, &status, WNOHANG | WUNTRACED), 0);
    OK(kill(child, SIGCONT));
    EXPECT_EQ(waitpid(child, &status, WCONTINUED), child);
    EXPECT(WIFCONTINUED(status));
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    do { /* an orphaned group's SIGTSTP does nothing */
        EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
        if (WIFSTOPPED(status))
            OK(kill(child, SIGCONT));
    } while (!WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 5);
}

CHECK(a_stopped_process_can_be_killed)
{
    int status;
    pid_t child = OK(fork());
    if (child == 0)
        for (;;)
            raise(SIGSTOP);
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    OK(kill(child, SIGKILL));
    EXPECT_KILLED(child, SIGKILL);
}

CHECK(to_go_on_comes_after_a_stop)
{
    for (int i = 0; i < 200; i++) {
        pid_t child = OK(fork());
        if (child == 0)
            for (;;)
                if (i % 2)
                    pause();
        for (volatile int wait = 0; wait < i * 100; wait++)
            ;
        OK(kill(child, SIGSTOP));
        OK(kill(child, SIGCONT));
        OK(kill(child, SIGTERM));
        EXPECT_KILLED(child, SIGTERM);
    }
}

CHECK(waitid_tells_more)
{
    siginfo_t info;
    pid_t child = OK(fork());
    if (child == 0)
        _exit(9);
    memset(&info, 0, sizeof info);
    OK(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
    EXPECT_EQ(info.si_pid, child);
    EXPECT_EQ(info.si_code, CLD_EXITED);
    EXPECT_EQ(info.si_status, 9);
    EXPECT_EQ(info.si_signo, SIGCHLD);
    EXPECT_EQ(info.si_uid, getuid());
    OK(waitid(P_ALL, 0, &info, WEXITED));
    EXPECT_EQ(info.si_pid, child);
    EXPECT_FAILS(ECHILD, waitid(P_ALL, 0, &info, WEXITED));
    EXPECT_FAILS(EINVAL, waitid(P_ALL, 0, &info, 0));
    EXPECT_FAILS(EINVAL, waitid(77, 0, &info, WEXITED));
    if ((child = OK(fork())) == 0) {
        no_core();
        raise(SIGKILL);
    }
    OK(waitid(P_PGID, getpgrp(), &info, WEXITED));
    EXPECT_EQ(info.si_code, CLD_KILLED);
    EXPECT_EQ(info.si_status, SIGKILL);
}

CHECK(waitid_without_hanging_clears_the_pid)
{
    int ends[2];
    siginfo_t info;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        char byte;
        close(ends[1]);
        _exit((int)read(ends[0], &byte, 1));
    }
    memset(&info, 0xff, sizeof info);
    OK(waitid(P_PID, child, &info, WEXITED | WNOHANG));
    EXPECT_EQ(info.si_pid, 0);
    OK(close(ends[1]));
    EXPECT_EXITS(child, 0);
}

CHECK(ignored_children_leave_nothing)
{
    int status;
    OK(signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0);
    pid_t child = OK(fork());
    if (child == 0)
        _exit(3);
    EXPECT_FAILS(ECHILD, waitpid(child, &status, 0));
    struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
    OK(sigaction(SIGCHLD, &action, NULL));
    if ((child = OK(fork())) == 0)
        _exit(3);
    EXPECT_FAILS(ECHILD, waitpid(child, &status, 0));
}

CHECK(orphans_get_another_parent)
{
    volatile pid_t *shared = check_shared(PAGE);
    pid_t child = OK(fork());
    if (child == 0) {
        pid_t own = getpid();
        if (OK(fork()) == 0) {
            AWAIT(getppid() != own);
            shared[0] = getppid();
            _exit(0);
        }
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    AWAIT(shared[0]);
    EXPECT(shared[0] != getpid());
}

CHECK(a_subreaper_gets_orphans)
{
    volatile pid_t *shared = check_shared(PAGE);
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    shared[1] = getpid();
    pid_t child = OK(fork());
    if (child == 0) {
        pid_t own = getpid(), orphan = OK(fork());
        if (orphan == 0) {
            AWAIT(getppid() != own);
            _exit(getppid() == shared[1] ? 4 : 5);
        }
        shared[0] = orphan;
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EXITS(shared[0], 4);
}

CHECK(orphans_end_with_sigchld)
{
    volatile pid_t *shared = check_shared(PAGE);
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    pid_t child = OK(fork());
    if (child == 0) {
        pid_t orphan = (pid_t)OK(syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0));
        if (orphan == 0) {
            AWAIT(shared[1]);
            _exit(6);
        }
        shared[0] = orphan;
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    shared[1] = 1;
    EXPECT_EXITS(shared[0], 6);
}

CHECK(many_children)
{
    enum { NR = 200 };
    for (int i = 0; i < NR; i++)
        if (OK(fork()) == 0)
            _exit(i & 127);
    long sum = 0, wanted = 0;
    for (int i = 0; i < NR; i++) {
        int status;
        OK(wait(&status));
        sum += WEXITSTATUS(status);
        wanted += i & 127;
    }
    EXPECT_EQ(sum, wanted);
    EXPECT_FAILS(ECHILD, wait(NULL));
}

CHECK(a_parents_death_is_a_signal)
{
    int ends[2];
    char byte;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        int ready[2];
        OK(pipe(ready));
        if (OK(fork()) == 0) {
            OK(prctl(PR_SET_PDEATHSIG, SIGKILL));
            int signal = 0;
            OK(prctl(PR_GET_PDEATHSIG, &signal));
            EXPECT_EQ(signal, SIGKILL);
            EXPECT_EQ(write(ready[1], "r", 1), 1);
            for (;;)
                pause();
        }
        _exit(read(ready[0], &byte, 1) != 1);
    }
    OK(close(ends[1]));
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(read(ends[0], &byte, 1), 0);
}

CHECK(usage_of_children)
{
    struct rusage usage;
    pid_t child = OK(fork());
    if (child == 0) {
        struct timespec used;
        do
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
        while (used.tv_nsec < 30000000 && used.tv_sec == 0);
        _exit(0);
    }
    int status;
    EXPECT_EQ(wait4(child, &status, 0, &usage), child);
    EXPECT(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >=
           20000);
    struct rusage all;
    OK(getrusage(RUSAGE_CHILDREN, &all));
    EXPECT(all.ru_utime.tv_sec * 1000000 + all.ru_utime.tv_usec + all.ru_stime.tv_usec >= 20000);
    OK(getrusage(RUSAGE_SELF, &all));
    EXPECT_FAILS(EINVAL, getrusage(99, &all));
}
