/* process_files: pidfd_open, pidfd_send_signal, pidfd_getfd, CLONE_PIDFD and P_PIDFD: files that
 * mean one process, and tell when it has ended. */
#include "check.h"

#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { SEND_SIGNAL = 424, OPEN = 434, CLONE3 = 435, GET_FILE = 438 };
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

static int open_process(pid_t pid)
{
    return (int)syscall(OPEN, pid, 0);
}

static int send_signal(int file, int signal)
{
    return (int)syscall(SEND_SIGNAL, file, signal, NULL, 0);
}

static pid_t child_that_waits(void)
{
    pid_t child = OK(fork());
    if (child == 0)
        for (;;)
            pause();
    return child;
}

static short readiness(int file, int timeout_ms)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN | POLLOUT};
    OK(poll(&poll_file, 1, timeout_ms));
    return poll_file.revents & ~POLLHUP; /* as newer kernels say of one that was waited for */
}

static void end(pid_t child, int file)
{
    OK(send_signal(file, SIGKILL));
    EXPECT_KILLED(child, SIGKILL);
}

CHECK(it_is_readable_when_the_process_has_ended)
{
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child));
    EXPECT_EQ(readiness(file, 0), 0);
    OK(send_signal(file, SIGTERM));
    EXPECT_EQ(readiness(file, -1), POLLIN);
    EXPECT_KILLED(child, SIGTERM);
    EXPECT_EQ(readiness(file, 0), POLLIN);
}

CHECK(a_stop_is_no_end)
{
    int status;
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child));
    OK(send_signal(file, SIGSTOP));
    EXPECT_EQ(OK(waitpid(child, &status, WUNTRACED)), child);
    EXPECT(WIFSTOPPED(status));
    EXPECT_EQ(readiness(file, 1), 0);
    OK(send_signal(file, SIGCONT));
    end(child, file);
}

CHECK(epoll_tells_of_it)
{
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child)), set = (int)OK(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    OK(epoll_ctl(set, EPOLL_CTL_ADD, file, &event));
    EXPECT_EQ(epoll_wait(set, &event, 1, 0), 0);
    OK(kill(child, SIGKILL));
    EXPECT_EQ(OK(epoll_wait(set, &event, 1, -1)), 1);
    EXPECT_EQ(event.data.fd, file);
    EXPECT_KILLED(child, SIGKILL);
}

/* Nobody waits for these: the parent ignores their ends. */
CHECK(it_tells_of_those_that_nobody_waits_for)
{
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < 20; i++) {
        pid_t child = child_that_waits();
        int file = (int)OK(open_process(child));
        OK(send_signal(file, SIGKILL));
        EXPECT_EQ(readiness(file, -1), POLLIN);
        AWAIT(send_signal(file, 0) < 0);
        EXPECT_FAILS(ESRCH, send_signal(file, 0));
        OK(close(file));
    }
}

CHECK(another_program_is_the_same_process)
{
    pid_t child = OK(fork());
    if (child == 0) {
        OK(close(1));
        execl("/proc/self/exe", "check", "--here", "nothing_is_called_so", NULL);
        FAIL("execl: %s", strerror(errno));
    }
    int file = (int)OK(open_process(child));
    EXPECT_EQ(readiness(file, -1), POLLIN);
    EXPECT_EXITS(child, 0);
}

CHECK(what_kind_of_file_it_is)
{
    char byte = 0;
    struct stat status;
    int file = (int)OK(open_process(getpid()));
    EXPECT_EQ(OK(fcntl(file, F_GETFD)), FD_CLOEXEC);
    EXPECT_EQ(OK(fcntl(file, F_GETFL)) & O_NONBLOCK, 0);
    OK(fstat(file, &status));
    EXPECT_FAILS(EINVAL, read(file, &byte, 1));
    EXPECT_FAILS(EINVAL, write(file, &byte, 1));
    EXPECT_FAILS(ESPIPE, lseek(file, 0, SEEK_SET));
    int other = (int)OK(syscall(OPEN, getpid(), O_NONBLOCK));
    EXPECT_EQ(OK(fcntl(other, F_GETFL)) & O_NONBLOCK, O_NONBLOCK);
}

CHECK(proc_says_whose_it_is)
{
    char path[64], text[512], line[32];
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child));
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", file);
    int about = (int)OK(open(path, O_RDONLY));
    long length = OK(read(about, text, sizeof text - 1));
    text[length] = 0;
    snprintf(line, sizeof line, "\nPid:\t%d\n", child);
    EXPECT(strstr(text, line));
    end(child, file);
}

/* ---- opening ---- */

CHECK(processes_that_cannot_be_opened)
{
    pid_t child = OK(fork());
    if (child == 0)
        _exit(0);
    siginfo_t info;
    OK(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    int file = (int)OK(open_process(child));
    EXPECT_EQ(readiness(file, 0), POLLIN);
    EXPECT_EXITS(child, 0);
    EXPECT_FAILS(ESRCH, open_process(child));
    EXPECT_FAILS(ESRCH, open_process(1 << 22));
    EXPECT_FAILS(EINVAL, open_process(0));
    EXPECT_FAILS(EINVAL, open_process(-1));
    EXPECT_FAILS(EINVAL, syscall(OPEN, getpid(), 1));
    EXPECT_FAILS(EINVAL, syscall(OPEN, getpid(), O_CLOEXEC));
}

/* ---- signals ---- */

CHECK(signals_tell_who_sent_them)
{
    sigset_t set;
    siginfo_t info;
    int file = (int)OK(open_process(getpid()));
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(send_signal(file, SIGUSR1));
    EXPECT_EQ(OK(sigwaitinfo(&set, &info)), SIGUSR1);
    EXPECT_EQ(info.si_code, SI_USER);
    EXPECT_EQ(info.si_pid, getpid());
    siginfo_t said = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    said.si_value.sival_int = 7;
    OK(syscall(SEND_SIGNAL, file, SIGUSR1, &said, 0));
    EXPECT_EQ(OK(sigwaitinfo(&set, &info)), SIGUSR1);
    EXPECT_EQ(info.si_code, SI_QUEUE);
    EXPECT_EQ(info.si_value.sival_int, 7);
    said.si_code = SI_USER;
    OK(syscall(SEND_SIGNAL, file, SIGUSR1, &said, 0));
}

CHECK(signals_that_cannot_be_sent)
{
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child));
    int other = (int)OK(open("/dev/null", O_RDWR));
    siginfo_t said = {.si_signo = SIGUSR1, .si_code = SI_USER};
    OK(send_signal(file, 0));
    EXPECT_FAILS(EINVAL, send_signal(file, 65));
    EXPECT_FAILS(EINVAL, send_signal(file, -1));
    EXPECT_FAILS(EBADF, send_signal(other, SIGTERM));
    EXPECT_FAILS(EBADF, send_signal(-1, SIGTERM));
    EXPECT_FAILS(EINVAL, syscall(SEND_SIGNAL, file, SIGTERM, NULL, 1 << 20));
    EXPECT_FAILS(EFAULT, syscall(SEND_SIGNAL, file, SIGUSR1, BAD, 0));
    EXPECT_FAILS(EINVAL, syscall(SEND_SIGNAL, file, SIGTERM, &said, 0));
    EXPECT_FAILS(EPERM, syscall(SEND_SIGNAL, file, SIGUSR1, &said, 0));
    said.si_code = -6; /* SI_TKILL */
    EXPECT_FAILS(EPERM, syscall(SEND_SIGNAL, file, SIGUSR1, &said, 0));
    end(child, file);
    EXPECT_FAILS(ESRCH, send_signal(file, SIGTERM));
}

CHECK(one_that_ended_takes_signals_until_it_was_waited_for)
{
    pid_t child = child_that_waits();
    int file = (int)OK(open_process(child));
    OK(send_signal(file, SIGKILL));
    EXPECT_EQ(readiness(file, -1), POLLIN);
    OK(send_signal(file, SIGKILL));
    EXPECT_KILLED(child, SIGKILL);
    EXPECT_FAILS(ESRCH, send_signal(file, SIGKILL));
}

CHECK_AS_ROOT(others_may_not_be_signaled)
{
    pid_t victim = child_that_waits(), child;
    int file = (int)OK(open_process(victim));
    child = (pid_t)OK(fork());
    if (child == 0) {
        OK(setresuid(1000, 1000, 1000));
        EXPECT_FAILS(EPERM, send_signal(file, SIGTERM));
        EXPECT_FAILS(EPERM, syscall(GET_FILE, file, 1, 0));
        OK(open_process(victim));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    end(victim, file);
}

/* ---- waiting ---- */

CHECK(waitid_waits_for_it)
{
    siginfo_t info;
    pid_t first = child_that_waits(), child = OK(fork());
    if (child == 0) {
        check_pause_ms(5);
        _exit(3);
    }
    int file = (int)OK(open_process(child)), other = (int)OK(open_process(first));
    info.si_pid = -1;
    OK(waitid(P_PIDFD, (id_t)other, &info, WEXITED | WNOHANG));
    EXPECT_EQ(info.si_pid, 0);
    OK(waitid(P_PIDFD, (id_t)file, &info, WEXITED));
    EXPECT_EQ(info.si_pid, child);
    EXPECT_EQ(info.si_code, CLD_EXITED);
    EXPECT_EQ(info.si_status, 3);
    EXPECT_FAILS(ECHILD, waitid(P_PIDFD, (id_t)file, &info, WEXITED));
    end(first, other);
}

CHECK(waitid_that_would_wait)
{
    siginfo_t info;
    pid_t child = child_that_waits();
    int file = (int)OK(syscall(OPEN, child, O_NONBLOCK));
    EXPECT_FAILS(EAGAIN, waitid(P_PIDFD, (id_t)file, &info, WEXITED));
    OK(waitid(P_PIDFD, (id_t)file, &info, WEXITED | WNOHANG));
    OK(send_signal(file, SIGKILL));
    EXPECT_EQ(readiness(file, -1), POLLIN);
    OK(waitid(P_PIDFD, (id_t)file, &info, WEXITED));
    EXPECT_EQ(info.si_pid, child);
}

CHECK(waitid_errors)
{
    siginfo_t info;
    int self = (int)OK(open_process(getpid())), null = (int)OK(open("/dev/null", O_RDONLY));
    EXPECT_FAILS(ECHILD, waitid(P_PIDFD, (id_t)self, &info, WEXITED));
    EXPECT_FAILS(EBADF, waitid(P_PIDFD, (id_t)null, &info, WEXITED));
    EXPECT_FAILS(EBADF, waitid(P_PIDFD, 1000, &info, WEXITED));
    EXPECT_FAILS(EINVAL, waitid(P_PIDFD, (id_t)-1, &info, WEXITED));
    EXPECT_FAILS(EINVAL, waitid(P_PIDFD, (id_t)self, &info, 0));
}

/* ---- clone ---- */

static pid_t clone_with(unsigned long flags, void *where)
{
    return (pid_t)syscall(SYS_clone, flags, 0, where, 0, 0);
}

CHECK(clone_gives_one)
{
    int file = -1;
    siginfo_t info;
    pid_t child = clone_with(CLONE_PIDFD | SIGCHLD, &file);
    if (child == 0) {
        for (int i = 3; i < 20; i++) /* it has none itself */
            if (fcntl(i, F_GETFD) >= 0 && send_signal(i, 0) == 0)
                _exit(1);
        _exit(5);
    }
    EXPECT(OK(child) > 0 && file > 2);
    EXPECT_EQ(OK(fcntl(file, F_GETFD)), FD_CLOEXEC);
    OK(waitid(P_PIDFD, (id_t)file, &info, WEXITED));
    EXPECT_EQ(info.si_pid, child);
    EXPECT_EQ(info.si_status, 5);
}

struct clone_arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

CHECK(clone3_gives_one_and_tells_the_number)
{
    int file = -1;
    pid_t number = 0;
    struct clone_arguments arguments = {
        .flags = CLONE_PIDFD | CLONE_PARENT_SETTID,
        .pidfd = (uintptr_t)&file,
        .parent_tid = (uintptr_t)&number,
        .exit_signal = SIGCHLD,
    };
    pid_t child = (pid_t)syscall(CLONE3, &arguments, sizeof arguments);
    if (child == 0)
        _exit(0);
    if (child < 0 && errno == ENOSYS)
        SKIP("there is no clone3");
    EXPECT_EQ(number, OK(child));
    EXPECT_EQ(readiness(file, -1), POLLIN);
    EXPECT_EXITS(child, 0);
}

CHECK(clones_that_cannot_give_one)
{
    int file = -1;
    unsigned long flags = CLONE_PIDFD | SIGCHLD;
    EXPECT_FAILS(EINVAL, clone_with(flags | CLONE_PARENT_SETTID, &file));
    EXPECT_FAILS(EINVAL, clone_with(flags | 0x400000 /* CLONE_DETACHED */, &file));
    EXPECT_FAILS(EFAULT, clone_with(flags, BAD));
    EXPECT_EQ(file, -1);
    EXPECT_FAILS(ECHILD, waitpid(-1, NULL, 0));
    int next = (int)OK(dup(0)); /* no descriptor is left */
    OK(close(next));
    for (int i = 3; i < next; i++)
        EXPECT_FAILS(EBADF, send_signal(i, 0));
    struct {
        unsigned long soft, hard;
    } limit = {(unsigned long)next, (unsigned long)next};
    OK(syscall(SYS_prlimit64, 0, 7 /* RLIMIT_NOFILE */, &limit, NULL));
    EXPECT_FAILS(EMFILE, clone_with(flags, &file));
    EXPECT_FAILS(EMFILE, open_process(getpid()));
    EXPECT_FAILS(ECHILD, waitpid(-1, NULL, 0));
}

/* ---- the files of others ---- */

CHECK(files_of_others)
{
    int ends[2], control[2];
    char text[8] = "";
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, control));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(pipe(ends));
        EXPECT_EQ(write(ends[1], "theirs", 6), 6);
        EXPECT_EQ(write(control[1], ends, sizeof ends), sizeof ends);
        for (;;)
            pause();
    }
    int file = (int)OK(open_process(child));
    EXPECT_EQ(read(control[0], ends, sizeof ends), sizeof ends);
    int got = (int)OK(syscall(GET_FILE, file, ends[0], 0));
    EXPECT_EQ(OK(fcntl(got, F_GETFD)), FD_CLOEXEC);
    EXPECT_EQ(read(got, text, sizeof text), 6);
    EXPECT(strcmp(text, "theirs") == 0);
    EXPECT_FAILS(EBADF, syscall(GET_FILE, file, 999, 0));
    EXPECT_FAILS(EBADF, syscall(GET_FILE, file, -1, 0));
    EXPECT_FAILS(EINVAL, syscall(GET_FILE, file, ends[0], 1));
    EXPECT_FAILS(EBADF, syscall(GET_FILE, got, ends[0], 0));
    EXPECT_FAILS(EBADF, syscall(GET_FILE, -1, ends[0], 0));
    end(child, file);
    EXPECT_FAILS(ESRCH, syscall(GET_FILE, file, ends[0], 0));
    EXPECT_EQ(read(got, text, sizeof text), 0); /* the other end was the child's */
}
