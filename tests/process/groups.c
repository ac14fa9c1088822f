/* Process groups, sessions, names, limits, and what a process may ask of the system. */
#include "check.h"
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

CHECK(groups_are_inherited_and_left)
{
    pid_t group = getpgrp();
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(getpgrp(), group);
        OK(setpgid(0, 0));
        EXPECT_EQ(getpgrp(), getpid());
        OK(setpgid(0, group));
        EXPECT_EQ(getpgid(0), group);
        EXPECT_FAILS(EPERM, setpgid(0, 1 << 22));
        EXPECT_FAILS(EINVAL, setpgid(0, -1));
        EXPECT_FAILS(ESRCH, setpgid(1 << 22, 0));
        EXPECT_FAILS(ESRCH, getpgid(1 << 22));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(a_parent_moves_its_child)
{
    int ends[2];
    char byte;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(read(ends[0], &byte, 1), 1);
        EXPECT_EQ(getpgrp(), getpid());
        _exit(0);
    }
    OK(setpgid(child, child));
    EXPECT_EQ(getpgid(child), child);
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    int status;
    EXPECT_EQ(waitpid(-child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

CHECK(sessions)
{
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(setsid(), getpid());
        EXPECT_EQ(getsid(0), getpid());
        EXPECT_EQ(getpgrp(), getpid());
        EXPECT_FAILS(EPERM, setsid());
        EXPECT_FAILS(EPERM, setpgid(0, 0));
        pid_t grandchild = OK(fork());
        if (grandchild == 0) {
            EXPECT_EQ(getsid(0), getppid());
            OK(setpgid(0, 0));
            EXPECT_FAILS(EPERM, setsid());
            _exit(0);
        }
        EXPECT_EXITS(grandchild, 0);
        EXPECT_FAILS(ENXIO, open("/dev/tty", O_RDWR));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_FAILS(ESRCH, getsid(1 << 22));
}

CHECK(a_child_that_executed_is_not_moved)
{
    int ends[2];
    char byte, *arguments[] = {"/proc/self/exe", "--here", "no such check", NULL};
    OK(pipe2(ends, O_CLOEXEC));
    pid_t child = OK(fork());
    if (child == 0) {
        int out = OK(open("/dev/null", O_WRONLY));
        OK(dup2(out, 1));
        execv("/proc/self/exe", arguments);
        _exit(1);
    }
    OK(close(ends[1]));
    EXPECT_EQ(read(ends[0], &byte, 1), 0);
    EXPECT_FAILS(EACCES, setpgid(child, child));
    EXPECT_EXITS(child, 0);
}

CHECK(killing_a_group)
{
    pid_t children[3];
    int ends[2];
    char byte;
    OK(pipe(ends));
    for (int i = 0; i < 3; i++) {
        if ((children[i] = OK(fork())) == 0) {
            OK(setpgid(0, i ? children[0] : 0));
            EXPECT_EQ(write(ends[1], "x", 1), 1);
            for (;;)
                pause();
        }
        EXPECT_EQ(read(ends[0], &byte, 1), 1);
    }
    OK(kill(-children[0], 0));
    OK(killpg(children[0], SIGTERM));
    for (int i = 0; i < 3; i++)
        EXPECT_KILLED(children[i], SIGTERM);
    EXPECT_FAILS(ESRCH, kill(-children[0], 0));
    EXPECT_FAILS(ESRCH, kill(children[0], 0));
    EXPECT_FAILS(EINVAL, kill(getpid(), 65));
    EXPECT_FAILS(EINVAL, kill(getpid(), -1));
}

CHECK(an_orphaned_group_that_stopped_is_hung_up)
{
    int ends[2], status;
    char byte;
    OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(setsid());
        pid_t stopped = OK(fork());
        if (stopped == 0) {
            close(ends[1]);
            OK(setpgid(0, 0));
            raise(SIGSTOP);
            for (;;)
                pause();
        }
        EXPECT_EQ(waitpid(stopped, &status, WUNTRACED), stopped);
        EXPECT_EQ(write(ends[1], &stopped, sizeof stopped), sizeof stopped);
        _exit(0);
    }
    pid_t stopped;
    EXPECT_EQ(read(ends[0], &stopped, sizeof stopped), sizeof stopped);
    EXPECT_EXITS(child, 0);
    EXPECT_KILLED(stopped, SIGHUP);
    OK(close(ends[1]));
    EXPECT_EQ(read(ends[0], &byte, 1), 0);
}

CHECK(limits_are_kept_and_inherited)
{
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = 100;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit got;
        OK(getrlimit(RLIMIT_NOFILE, &got));
        EXPECT_EQ(got.rlim_cur, 100);
        EXPECT_EQ(got.rlim_max, limit.rlim_max);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    limit.rlim_cur = limit.rlim_max + 1;
    if (limit.rlim_max != RLIM_INFINITY)
        EXPECT_FAILS(EINVAL, setrlimit(RLIMIT_NOFILE, &limit));
    EXPECT_FAILS(EINVAL, getrlimit(99, &limit));
    OK(prlimit(getpid(), RLIMIT_NOFILE, NULL, &limit));
    EXPECT_EQ(limit.rlim_cur, 100);
    EXPECT_FAILS(ESRCH, prlimit(1 << 22, RLIMIT_NOFILE, NULL, &limit));
}

CHECK(the_size_of_files_has_a_limit)
{
    struct rlimit limit = {1000, 1000};
    check_directory();
    int file = check_file("a", "");
    signal(SIGXFSZ, SIG_IGN);
    OK(setrlimit(RLIMIT_FSIZE, &limit));
    static char bytes[2000];
    EXPECT_EQ(write(file, bytes, 2000), 1000);
    EXPECT_FAILS(EFBIG, write(file, bytes, 1));
    EXPECT_FAILS(EFBIG, ftruncate(file, 1001));
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGXFSZ, SIG_DFL);
        EXPECT_EQ(write(file, bytes, 1), -1);
        _exit(0);
    }
    EXPECT_KILLED(child, SIGXFSZ);
}

CHECK(names_of_the_system)
{
    struct utsname names;
    OK(uname(&names));
    EXPECT(strcmp(names.sysname, "Linux") == 0);
#if defined(__x86_64__)
    EXPECT(strcmp(names.machine, "x86_64") == 0);
#elif defined(__aarch64__)
    EXPECT(strcmp(names.machine, "aarch64") == 0);
#else
    EXPECT(strcmp(names.machine, "riscv64") == 0);
#endif
    EXPECT(names.release[0] >= '4' && names.version[0] && names.nodename[0]);
}

CHECK(what_sysinfo_says)
{
    struct sysinfo info;
    OK(sysinfo(&info));
    EXPECT(info.uptime > 0 && info.mem_unit >= 1);
    EXPECT(info.totalram >= info.freeram && info.totalram * info.mem_unit > 16ul << 20);
    EXPECT(info.procs >= 1);
}

CHECK(processor_masks)
{
    cpu_set_t all, one;
    CPU_ZERO(&all);
    int size = (int)OK(syscall(SYS_sched_getaffinity, 0, sizeof all, &all));
    EXPECT(size > 0 && size % 8 == 0 && CPU_COUNT(&all) >= 1);
    if (CPU_COUNT(&all) == 1)
        SKIP("there is one processor");
    int processor = 0;
    while (!CPU_ISSET(processor, &all))
        processor++;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    OK(sched_setaffinity(0, sizeof one, &one));
    EXPECT_EQ(sched_getcpu(), processor);
    CPU_ZERO(&all);
    OK(sched_getaffinity(0, sizeof all, &all));
    EXPECT(CPU_EQUAL(&all, &one));
    CPU_ZERO(&one);
    EXPECT_FAILS(EINVAL, sched_setaffinity(0, sizeof one, &one));
    EXPECT_FAILS(EINVAL, syscall(SYS_sched_getaffinity, 0, 1, &all));
    EXPECT_FAILS(ESRCH, sched_getaffinity(1 << 22, sizeof all, &all));
}

CHECK(policies_and_priorities)
{
    struct sched_param parameter;
    EXPECT_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_OTHER);
    OK(syscall(SYS_sched_getparam, 0, &parameter));
    EXPECT_EQ(parameter.sched_priority, 0);
    EXPECT_EQ(sched_get_priority_max(SCHED_FIFO), 99);
    EXPECT_EQ(sched_get_priority_min(SCHED_FIFO), 1);
    EXPECT_EQ(sched_get_priority_max(SCHED_OTHER), 0);
    EXPECT_FAILS(EINVAL, sched_get_priority_max(77));
    OK(sched_yield());
    errno = 0;
    int before = getpriority(PRIO_PROCESS, 0);
    EXPECT_EQ(errno, 0);
    OK(setpriority(PRIO_PROCESS, 0, before + 1));
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before + 1);
    EXPECT_EQ(syscall(SYS_getpriority, PRIO_PROCESS, 0), 20 - (before + 1));
    EXPECT_FAILS(EINVAL, getpriority(9, 0));
    EXPECT_FAILS(ESRCH, getpriority(PRIO_PROCESS, 1 << 22));
}

CHECK(process_descriptors)
{
    pid_t child = OK(fork());
    if (child == 0)
        for (;;)
            pause();
    int file = (int)syscall(434 /* pidfd_open */, child, 0);
    if (file < 0 && errno == ENOSYS)
        SKIP("there is no pidfd_open");
    OK(syscall(424 /* pidfd_send_signal */, OK(file), SIGTERM, NULL, 0));
    siginfo_t info;
    OK(waitid(3 /* P_PIDFD */, (id_t)file, &info, WEXITED));
    EXPECT_EQ(info.si_pid, child);
    EXPECT_FAILS(ESRCH, syscall(424, file, 0, NULL, 0));
    EXPECT_FAILS(ESRCH, syscall(434, child, 0));
    EXPECT_FAILS(EINVAL, syscall(434, -1, 0));
}

CHECK(unknown_calls)
{
    EXPECT_FAILS(ENOSYS, syscall(9999));
    EXPECT_FAILS(ENOSYS, syscall(-1));
    EXPECT_FAILS(ENOSYS, syscall(1 << 30));
    EXPECT_FAILS(EINVAL, prctl(99999, 0, 0, 0, 0));
}
