/* poll, select, epoll, and what is made to be polled: timers and signals as files. */
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static int ends[2];

static void make_pipe(void)
{
    OK(pipe2(ends, O_NONBLOCK));
}

static void put_byte(void)
{
    EXPECT_EQ(write(ends[1], "x", 1), 1);
}

static void take_byte(void)
{
    char byte;
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
}

CHECK(poll_says_what_is_ready)
{
    struct pollfd files[4];
    make_pipe();
    files[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    files[1] = (struct pollfd){.fd = ends[1], .events = POLLOUT};
    files[2] = (struct pollfd){.fd = 99, .events = POLLIN};
    files[3] = (struct pollfd){.fd = -1, .events = POLLIN, .revents = 7};
    EXPECT_EQ(poll(files, 4, 0), 2);
    EXPECT_EQ(files[0].revents, 0);
    EXPECT_EQ(files[1].revents, POLLOUT);
    EXPECT_EQ(files[2].revents, POLLNVAL);
    EXPECT_EQ(files[3].revents, 0);
    put_byte();
    EXPECT_EQ(poll(files, 1, -1), 1);
    EXPECT_EQ(files[0].revents, POLLIN);
}

CHECK(poll_waits_its_time)
{
    struct pollfd file;
    make_pipe();
    file = (struct pollfd){.fd = ends[0], .events = POLLIN};
    int64_t start = check_now_ns();
    EXPECT_EQ(poll(&file, 1, 20), 0);
    EXPECT(check_now_ns() - start >= 20000000);
    EXPECT_EQ(poll(NULL, 0, 1), 0);
    EXPECT_FAILS(EINVAL, poll(&file, 1u << 30, 0));
    EXPECT_FAILS(EFAULT, poll(BAD, 1, 0));
}

CHECK(poll_is_woken)
{
    make_pipe();
    pid_t child = OK(fork());
    if (child == 0) {
        check_pause_ms(5);
        put_byte();
        _exit(0);
    }
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    EXPECT_EQ(poll(&file, 1, -1), 1);
    EXPECT_EXITS(child, 0);
}

CHECK(files_are_always_ready)
{
    check_directory();
    struct pollfd file = {.fd = check_file("a", ""), .events = POLLIN | POLLOUT | POLLPRI};
    EXPECT_EQ(poll(&file, 1, -1), 1);
    EXPECT_EQ(file.revents, POLLIN | POLLOUT);
}

static volatile int nr_handled;

static void count(int signal)
{
    (void)signal;
    nr_handled++;
}

CHECK(ppoll_lets_signals_in)
{
    sigset_t none, set;
    struct pollfd file;
    make_pipe();
    file = (struct pollfd){.fd = ends[0], .events = POLLIN};
    signal(SIGUSR1, count);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(raise(SIGUSR1));
    EXPECT_FAILS(EINTR, ppoll(&file, 1, NULL, &none));
    EXPECT_EQ(nr_handled, 1);
    struct timespec time = {0, 1000000}, bad = {0, -1};
    EXPECT_EQ(ppoll(&file, 1, &time, &none), 0);
    EXPECT_FAILS(EINVAL, ppoll(&file, 1, &bad, NULL));
}

CHECK(select_says_what_is_ready)
{
    fd_set reads, writes;
    struct timeval time = {0, 0};
    make_pipe();
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(ends[0], &reads);
    FD_SET(ends[1], &writes);
    int nr = (ends[0] > ends[1] ? ends[0] : ends[1]) + 1;
    EXPECT_EQ(select(nr, &reads, &writes, NULL, &time), 1);
    EXPECT(!FD_ISSET(ends[0], &reads) && FD_ISSET(ends[1], &writes));
    put_byte();
    FD_SET(ends[0], &reads);
    EXPECT_EQ(select(nr, &reads, &writes, NULL, NULL), 2);
    OK(close(ends[1]));
    take_byte();
    FD_ZERO(&reads);
    FD_SET(ends[0], &reads);
    EXPECT_EQ(select(nr, &reads, NULL, NULL, NULL), 1);
    FD_SET(50, &reads);
    EXPECT_FAILS(EBADF, select(51, &reads, NULL, NULL, NULL));
    EXPECT_FAILS(EINVAL, select(-1, NULL, NULL, NULL, NULL));
}

CHECK(pselect_waits_and_lets_signals_in)
{
    sigset_t none, set;
    struct timespec time = {0, 10000000};
    int64_t start = check_now_ns();
    EXPECT_EQ(pselect(0, NULL, NULL, NULL, &time, NULL), 0);
    EXPECT(check_now_ns() - start >= 10000000);
    signal(SIGUSR1, count);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(raise(SIGUSR1));
    EXPECT_FAILS(EINTR, pselect(0, NULL, NULL, NULL, NULL, &none));
}

/* ---- epoll ---- */

static void change(int epoll, int operation, int file, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    OK(epoll_ctl(epoll, operation, file, &event));
}

/* What is ready now: the events of the only file, or 0. */
static unsigned now(int epoll, uint64_t data)
{
    struct epoll_event events[4];
    int nr = OK(epoll_wait(epoll, events, 4, 0));
    EXPECT(nr <= 1);
    if (nr == 0)
        return 0;
    EXPECT_EQ(events[0].data.u64, data);
    return events[0].events;
}

CHECK(epoll_by_level)
{
    make_pipe();
    int epoll = OK(epoll_create1(EPOLL_CLOEXEC));
    EXPECT_EQ(fcntl(epoll, F_GETFD), FD_CLOEXEC);
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 77);
    EXPECT_EQ(now(epoll, 77), 0);
    put_byte();
    EXPECT_EQ(now(epoll, 77), EPOLLIN);
    EXPECT_EQ(now(epoll, 77), EPOLLIN);
    take_byte();
    EXPECT_EQ(now(epoll, 77), 0);
    put_byte();
    change(epoll, EPOLL_CTL_MOD, ends[0], 0, 77);
    EXPECT_EQ(now(epoll, 77), 0);
    change(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN, 78);
    EXPECT_EQ(now(epoll, 78), EPOLLIN);
    OK(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL));
    EXPECT_EQ(now(epoll, 78), 0);
}

CHECK(epoll_by_edge)
{
    make_pipe();
    int epoll = OK(epoll_create1(0));
    put_byte();
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN | EPOLLET, 1);
    EXPECT_EQ(now(epoll, 1), EPOLLIN);
    EXPECT_EQ(now(epoll, 1), 0);
    put_byte();
    EXPECT_EQ(now(epoll, 1), EPOLLIN);
    EXPECT_EQ(now(epoll, 1), 0);
    take_byte();
    EXPECT_EQ(now(epoll, 1), 0);
    OK(close(ends[1]));
    EXPECT_EQ(now(epoll, 1), EPOLLIN | EPOLLHUP);
}

CHECK(epoll_once)
{
    make_pipe();
    int epoll = OK(epoll_create1(0));
    put_byte();
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN | EPOLLONESHOT, 1);
    EXPECT_EQ(now(epoll, 1), EPOLLIN);
    put_byte();
    EXPECT_EQ(now(epoll, 1), 0);
    change(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT, 2);
    EXPECT_EQ(now(epoll, 2), EPOLLIN);
}

CHECK(epoll_within_epoll)
{
    make_pipe();
    int inner = OK(epoll_create1(0)), outer = OK(epoll_create1(0));
    change(inner, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1);
    change(outer, EPOLL_CTL_ADD, inner, EPOLLIN, 2);
    EXPECT_EQ(now(outer, 2), 0);
    put_byte();
    EXPECT_EQ(now(outer, 2), EPOLLIN);
    EXPECT_EQ(now(inner, 1), EPOLLIN);
    struct epoll_event event = {.events = EPOLLIN};
    EXPECT_FAILS(ELOOP, epoll_ctl(inner, EPOLL_CTL_ADD, outer, &event));
    EXPECT_FAILS(EINVAL, epoll_ctl(inner, EPOLL_CTL_ADD, inner, &event));
    struct pollfd file = {.fd = outer, .events = POLLIN};
    EXPECT_EQ(poll(&file, 1, 0), 1);
}

CHECK(epoll_refuses)
{
    struct epoll_event event = {.events = EPOLLIN}, events[1];
    make_pipe();
    check_directory();
    int epoll = OK(epoll_create1(0)), file = check_file("a", "");
    EXPECT_FAILS(EPERM, epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event));
    EXPECT_FAILS(EBADF, epoll_ctl(epoll, EPOLL_CTL_ADD, 99, &event));
    EXPECT_FAILS(EBADF, epoll_ctl(99, EPOLL_CTL_ADD, ends[0], &event));
    EXPECT_FAILS(EINVAL, epoll_ctl(ends[1], EPOLL_CTL_ADD, ends[0], &event));
    EXPECT_FAILS(ENOENT, epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
    EXPECT_FAILS(ENOENT, epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], &event));
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1);
    EXPECT_FAILS(EEXIST, epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
    EXPECT_FAILS(EFAULT, epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], BAD));
    EXPECT_FAILS(EINVAL, epoll_ctl(epoll, 9, ends[0], &event));
    EXPECT_FAILS(EINVAL, epoll_wait(epoll, events, 0, 0));
    EXPECT_FAILS(EINVAL, epoll_wait(ends[0], events, 1, 0));
    put_byte();
    EXPECT_FAILS(EFAULT, epoll_wait(epoll, BAD, 1, 0));
    EXPECT_FAILS(EINVAL, epoll_create1(77));
}

CHECK(closed_files_leave_their_sets)
{
    make_pipe();
    int epoll = OK(epoll_create1(0)), other = OK(dup(ends[0]));
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1);
    put_byte();
    OK(close(ends[0]));
    EXPECT_EQ(now(epoll, 1), EPOLLIN);
    OK(close(other));
    EXPECT_EQ(now(epoll, 1), 0);
}

CHECK(all_that_is_ready_gets_its_turn)
{
    int epoll = OK(epoll_create1(0)), seen[8] = {0};
    for (uint64_t i = 0; i < 8; i++)
        change(epoll, EPOLL_CTL_ADD, (int)OK(eventfd(1, 0)), EPOLLIN, i);
    for (int i = 0; i < 8; i++) {
        struct epoll_event event;
        EXPECT_EQ(epoll_wait(epoll, &event, 1, 0), 1);
        seen[event.data.u64]++;
    }
    for (int i = 0; i < 8; i++)
        EXPECT_EQ(seen[i], 1);
}

CHECK(epoll_waits_and_is_woken)
{
    struct epoll_event event;
    make_pipe();
    int epoll = OK(epoll_create1(0));
    change(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN, 5);
    int64_t start = check_now_ns();
    EXPECT_EQ(epoll_wait(epoll, &event, 1, 10), 0);
    EXPECT(check_now_ns() - start >= 10000000);
    pid_t child = OK(fork());
    if (child == 0) {
        check_pause_ms(5);
        put_byte();
        _exit(0);
    }
    EXPECT_EQ(epoll_wait(epoll, &event, 1, -1), 1);
    EXPECT_EXITS(child, 0);
}

/* ---- timers and signals ---- */

CHECK(timers_as_files)
{
    uint64_t nr;
    struct itimerspec time = {{0, 2000000}, {0, 5000000}}, left;
    int file = OK(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
    EXPECT_FAILS(EAGAIN, read(file, &nr, 8));
    OK(timerfd_settime(file, 0, &time, NULL));
    OK(timerfd_gettime(file, &left));
    EXPECT(left.it_interval.tv_nsec == 2000000 && left.it_value.tv_nsec > 0);
    struct pollfd poll_file = {.fd = file, .events = POLLIN};
    EXPECT_EQ(poll(&poll_file, 1, -1), 1);
    check_pause_ms(10);
    EXPECT_EQ(read(file, &nr, 8), 8);
    EXPECT(nr >= 3);
    EXPECT_FAILS(EINVAL, read(file, &nr, 4));
    OK(fcntl(file, F_SETFL, 0));
    EXPECT_EQ(read(file, &nr, 8), 8);
    time.it_value.tv_nsec = 0;
    OK(timerfd_settime(file, 0, &time, NULL));
    OK(timerfd_gettime(file, &left));
    EXPECT_EQ(left.it_value.tv_nsec, 0);
    OK(clock_gettime(CLOCK_MONOTONIC, &time.it_value));
    time.it_interval.tv_nsec = 0;
    OK(timerfd_settime(file, TFD_TIMER_ABSTIME, &time, NULL));
    EXPECT_EQ(read(file, &nr, 8), 8);
    EXPECT_EQ(nr, 1);
    EXPECT_FAILS(EINVAL, timerfd_create(99, 0));
    EXPECT_FAILS(EINVAL, timerfd_settime(OK(open("/", O_RDONLY)), 0, &time, NULL));
}

CHECK(signals_as_files)
{
    struct signalfd_siginfo info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    int file = signalfd(-1, &set, SFD_NONBLOCK);
    if (file < 0 && errno == ENOSYS)
        SKIP("there is no signalfd");
    EXPECT_FAILS(EAGAIN, read(OK(file), &info, sizeof info));
    OK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 55}));
    OK(kill(getpid(), SIGUSR1));
    struct pollfd poll_file = {.fd = file, .events = POLLIN};
    EXPECT_EQ(poll(&poll_file, 1, 0), 1);
    EXPECT_EQ(read(file, &info, sizeof info), sizeof info);
    EXPECT_EQ(info.ssi_signo, SIGUSR1);
    EXPECT_EQ(info.ssi_pid, getpid());
    EXPECT_EQ(read(file, &info, sizeof info), sizeof info);
    EXPECT_EQ(info.ssi_int, 55);
    EXPECT_FAILS(EINVAL, read(file, &info, 10));
}

CHECK(signals_as_files_wait_and_change)
{
    struct signalfd_siginfo infos[4];
    struct epoll_event event = {.events = EPOLLIN};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    sigdelset(&set, SIGCHLD);
    int file = signalfd(-1, &set, SFD_CLOEXEC), epoll = OK(epoll_create1(0));
    if (file < 0 && errno == ENOSYS)
        SKIP("there is no signalfd");
    OK(file);
    EXPECT_EQ(fcntl(file, F_GETFD), FD_CLOEXEC);
    OK(epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event));
    pid_t parent = getpid(), child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(epoll_wait(epoll, &event, 1, 0), 0);
        OK(kill(parent, SIGUSR1));
        _exit(7);
    }
    EXPECT_EQ(epoll_wait(epoll, &event, 1, -1), 1);
    EXPECT_EQ(read(file, infos, sizeof infos), sizeof *infos);
    EXPECT_EQ(infos->ssi_pid, child);
    sigaddset(&set, SIGCHLD);
    EXPECT_EQ(signalfd(file, &set, 0), file);
    EXPECT_EQ(read(file, infos, sizeof infos), sizeof *infos);
    EXPECT_EQ(infos->ssi_signo, SIGCHLD);
    EXPECT_EQ(infos->ssi_status, 7);
    EXPECT_EXITS(child, 7);
    EXPECT_FAILS(EINVAL, signalfd(epoll, &set, 0));
    EXPECT_FAILS(EBADF, signalfd(99, &set, 0));
    EXPECT_FAILS(EINVAL, signalfd(-1, &set, 1));
    EXPECT_FAILS(EINVAL, write(file, infos, sizeof infos));
}
