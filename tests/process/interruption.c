/* Signals that come while a call waits: EINTR or restart, and timers that send them. */
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>

static volatile int nr_handled;
static int write_end;

static void count(int signal)
{
    (void)signal;
    nr_handled++;
}

/* The third time, what the waiting call waits for happens. */
static void count_and_write(int signal)
{
    (void)signal;
    if (++nr_handled == 3 && write(write_end, "x", 1) != 1)
        FAIL("write");
}

/* From now on a signal every five milliseconds, so that none can come too early for good. */
static void interrupt_with(void (*handler)(int), int flags)
{
    const struct itimerval timer = {{0, 5000}, {0, 5000}};
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    OK(sigaction(SIGALRM, &action, NULL));
    OK(setitimer(ITIMER_REAL, &timer, NULL));
}

CHECK(a_pipes_read_ends_or_goes_on)
{
    int ends[2];
    char byte;
    OK(pipe(ends));
    interrupt_with(count, 0);
    EXPECT_FAILS(EINTR, read(ends[0], &byte, 1));
    nr_handled = 0;
    write_end = ends[1];
    interrupt_with(count_and_write, SA_RESTART);
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    EXPECT(nr_handled >= 3);
}

CHECK(a_pipes_write_ends)
{
    int ends[2];
    static char bytes[200000];
    OK(pipe(ends));
    interrupt_with(count, 0);
    long written = write(ends[1], bytes, sizeof bytes);
    EXPECT(written > 0 && written < (long)sizeof bytes);
    EXPECT_FAILS(EINTR, write(ends[1], bytes, 1));
}

/* ---- calls that take long without waiting ---- */

#define MUCH (512l << 20)

CHECK(a_device_gives_less_when_a_signal_comes)
{
    int device = OK(open("/dev/urandom", O_RDONLY));
    char *memory = mmap(NULL, MUCH, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(memory != MAP_FAILED);
    interrupt_with(count, 0);
    ssize_t n = read(device, memory, MUCH);
    EXPECT(n > 0 && n < MUCH);
    EXPECT(nr_handled > 0);
}

CHECK(randomness_is_less_when_a_signal_comes)
{
    const ssize_t most = 32 << 20;
    char *memory = mmap(NULL, most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(memory != MAP_FAILED);
    interrupt_with(count, 0);
    ssize_t n = getrandom(memory, most, 0);
    EXPECT(n > 0 && n < most);
    EXPECT_EQ(getrandom(memory, 256, 0), 256);
}

CHECK(who_copies_much_can_be_killed)
{
    int from = OK(open("/dev/urandom", O_RDONLY)), to = OK(open("/dev/null", O_WRONLY)), status;
    pid_t child = OK(fork());
    if (child == 0)
        _exit(sendfile(to, from, NULL, 0x7ffff000) < 0 && errno == EINVAL);
    const struct timespec pause = {0, 50000000};
    nanosleep(&pause, NULL);
    OK(kill(child, SIGKILL));
    EXPECT_EQ(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
        SKIP("sendfile takes nothing from /dev/urandom here");
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* ---- others ---- */

CHECK(waiting_for_children_ends_or_goes_on)
{
    int ends[2], status;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        char byte;
        _exit(read(ends[0], &byte, 1) != 1);
    }
    interrupt_with(count, 0);
    EXPECT_FAILS(EINTR, waitpid(child, &status, 0));
    nr_handled = 0;
    write_end = ends[1];
    interrupt_with(count_and_write, SA_RESTART);
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

CHECK(polls_always_end)
{
    int ends[2];
    OK(pipe(ends));
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct epoll_event event;
    fd_set set;
    int epoll = OK(epoll_create1(0));
    interrupt_with(count, SA_RESTART);
    EXPECT_FAILS(EINTR, poll(&file, 1, -1));
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    EXPECT_FAILS(EINTR, select(ends[0] + 1, &set, NULL, NULL, NULL));
    EXPECT_FAILS(EINTR, epoll_wait(epoll, &event, 1, -1));
    EXPECT_FAILS(EINTR, pause());
}

CHECK(sleep_says_what_is_left)
{
    struct timespec time = {5, 0}, left = {0, 0};
    interrupt_with(count, SA_RESTART);
    EXPECT_FAILS(EINTR, nanosleep(&time, &left));
    EXPECT(left.tv_sec == 4 && left.tv_nsec > 0);
    left.tv_sec = 77;
    OK(clock_gettime(CLOCK_MONOTONIC, &time));
    time.tv_sec += 5;
    EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, &left), EINTR);
    EXPECT_EQ(left.tv_sec, 77);
}

CHECK(ignored_signals_interrupt_nothing)
{
    const struct itimerval timer = {{0, 5000}, {0, 5000}};
    struct timespec time = {0, 50000000};
    signal(SIGALRM, SIG_IGN);
    OK(setitimer(ITIMER_REAL, &timer, NULL));
    OK(nanosleep(&time, NULL));
}

CHECK(stopping_goes_on_with_the_call)
{
    int ends[2], status;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        char byte;
        _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
    }
    OK(kill(child, SIGSTOP));
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    OK(kill(child, SIGCONT));
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    EXPECT_EXITS(child, 0);
}

CHECK(sockets_end_or_go_on)
{
    int ends[2];
    char byte;
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    interrupt_with(count, 0);
    EXPECT_FAILS(EINTR, recv(ends[0], &byte, 1, 0));
    nr_handled = 0;
    write_end = ends[1];
    interrupt_with(count_and_write, SA_RESTART);
    EXPECT_EQ(recv(ends[0], &byte, 1, 0), 1);
}

CHECK(waiting_for_a_limited_time_ends)
{
    const struct timeval time = {100, 0};
    int ends[2];
    char byte;
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    OK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
    interrupt_with(count, SA_RESTART);
    EXPECT_FAILS(EINTR, recv(ends[0], &byte, 1, 0));
    EXPECT_FAILS(EINTR, read(ends[0], &byte, 1));
}

CHECK(alarm_counts_seconds)
{
    struct sigaction action = {.sa_handler = count};
    OK(sigaction(SIGALRM, &action, NULL));
    alarm(100);
    EXPECT_EQ(alarm(0), 100);
    EXPECT_EQ(alarm(1), 0);
    EXPECT_FAILS(EINTR, pause());
    EXPECT_EQ(nr_handled, 1);
}

CHECK(interval_timers_say_what_is_left)
{
    struct itimerval timer = {{3, 0}, {5, 500000}}, left;
    OK(setitimer(ITIMER_REAL, &timer, NULL));
    OK(getitimer(ITIMER_REAL, &left));
    EXPECT(left.it_value.tv_sec == 5 && left.it_interval.tv_sec == 3);
    timer.it_value.tv_sec = 0;
    timer.it_value.tv_usec = 0;
    OK(setitimer(ITIMER_REAL, &timer, &left));
    EXPECT_EQ(left.it_value.tv_sec, 5);
    OK(getitimer(ITIMER_REAL, &left));
    EXPECT_EQ(left.it_value.tv_sec + left.it_value.tv_usec, 0);
    EXPECT_FAILS(EINVAL, setitimer(9, &timer, NULL));
    timer.it_value.tv_usec = 1000000;
    EXPECT_FAILS(EINVAL, setitimer(ITIMER_REAL, &timer, NULL));
}

CHECK(virtual_time_runs_while_working)
{
    const struct itimerval timer = {{0, 0}, {0, 10000}};
    struct sigaction action = {.sa_handler = count};
    OK(sigaction(SIGVTALRM, &action, NULL));
    OK(sigaction(SIGPROF, &action, NULL));
    OK(setitimer(ITIMER_VIRTUAL, &timer, NULL));
    while (nr_handled == 0)
        ;
    OK(setitimer(ITIMER_PROF, &timer, NULL));
    while (nr_handled == 1)
        ;
}

static volatile siginfo_t timer_info;

static void count_timer(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    *(siginfo_t *)&timer_info = *info;
    nr_handled++;
}

CHECK(timers_of_a_process)
{
    struct sigaction action = {.sa_sigaction = count_timer, .sa_flags = SA_SIGINFO};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec time = {{0, 0}, {0, 5000000}}, left;
    timer_t timer;
    event.sigev_value.sival_int = 1234;
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
    OK(timer_gettime(timer, &left));
    EXPECT_EQ(left.it_value.tv_nsec, 0);
    OK(timer_settime(timer, 0, &time, NULL));
    AWAIT(nr_handled == 1);
    EXPECT_EQ(timer_info.si_code, SI_TIMER);
    EXPECT_EQ(timer_info.si_value.sival_int, 1234);
    EXPECT_EQ(timer_getoverrun(timer), 0);
    OK(clock_gettime(CLOCK_MONOTONIC, &time.it_value));
    OK(timer_settime(timer, TIMER_ABSTIME, &time, NULL));
    AWAIT(nr_handled == 2);
    OK(timer_delete(timer));
    EXPECT_FAILS(EINVAL, syscall(SYS_timer_delete, (int)(intptr_t)timer));
    EXPECT_FAILS(EINVAL, timer_create(999, &event, &timer));
}

CHECK(timers_count_what_was_missed)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec time = {{0, 1000000}, {0, 1000000}};
    timer_t timer;
    sigset_t set;
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
    OK(timer_settime(timer, 0, &time, NULL));
    check_pause_ms(300);
    EXPECT_EQ(sigwaitinfo(&set, &info), SIGUSR1);
    EXPECT(info.si_code == SI_TIMER && info.si_overrun >= 10);
    check_pause_ms(20); /* what it misses from now on is the next signal's */
    EXPECT_EQ(timer_getoverrun(timer), info.si_overrun);
}

CHECK(processor_time_has_a_limit)
{
    struct rlimit limit = {1, 2};
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        OK(setrlimit(RLIMIT_CPU, &limit));
        for (;;)
            nr_handled++;
    }
    EXPECT_KILLED(child, SIGXCPU);
}
