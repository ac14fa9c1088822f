/* Processes and threads, as many as there can be, and signals. */
#include "hostile.h"
#include <pthread.h>

/* What can be done again when it is over. */
static void expect_processes(void)
{
    for (int i = 0; i < 20; i++) {
        pid_t child = OK(fork());
        if (child == 0)
            _exit(i);
        EXPECT_EXITS(child, i);
    }
}

/* Until there can be no more; then all end by a signal that the first one ignores. */
static void children_of_one(unsigned number)
{
    long nr_children = 0, nr_ended = 0;
    pid_t child;
    (void)number;
    while ((child = fork()) > 0)
        nr_children++;
    if (child == 0)
        for (;;)
            pause();
    EXPECT(errno == EAGAIN || errno == ENOMEM);
    signal(SIGTERM, SIG_IGN);
    OK(kill(0, SIGTERM));
    while (wait(NULL) > 0)
        nr_ended++;
    EXPECT_EQ(nr_ended, nr_children);
}

CHECK(children_until_there_can_be_no_more)
{
    beside(children_of_one, 1);
    expect_processes();
}

static void children_of_all(unsigned number)
{
    (void)number;
    for (;;)
        fork();
}

CHECK(children_that_have_children)
{
    beside_for(children_of_all, 1, 3000);
    expect_processes();
}

static void children_that_nobody_waits_for(unsigned number)
{
    pid_t child;
    (void)number;
    while ((child = fork()) > 0)
        ;
    EXPECT(child == 0 || errno == EAGAIN || errno == ENOMEM);
}

CHECK(children_that_ended_are_left)
{
    beside(children_that_nobody_waits_for, 1);
    expect_processes();
}

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void threads_of_one(unsigned number)
{
    pthread_attr_t attributes;
    pthread_t thread;
    (void)number;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16 * 1024);
    while (pthread_create(&thread, &attributes, wait_for_ever, NULL) == 0)
        ;
}

CHECK(threads_until_there_can_be_no_more)
{
    beside(threads_of_one, 2);
    expect_processes();
}

static void executes(unsigned number)
{
    (void)number;
    for (;;)
        if (fork() == 0) {
            close(1);
            execl("/proc/self/exe", "hostile", "no such check", NULL);
            _exit(0);
        }
}

CHECK(programs_that_are_begun_without_end)
{
    beside_for(executes, 2, 3000);
    expect_processes();
}

static void spins(unsigned number)
{
    for (volatile unsigned long n = number;; n++)
        ;
}

CHECK(spinning)
{
    beside_for(spins, 8, 2000);
}

/* Those that queue have a limit; the others only count once. */
static void sends(unsigned number)
{
    sigset_t all;
    sigfillset(&all);
    OK(sigprocmask(SIG_SETMASK, &all, NULL));
    pid_t child = OK(fork());
    pid_t other = child ? child : getppid();
    for (unsigned long n = 0;; n++)
        sigqueue(other, number % 2 ? SIGRTMIN : SIGUSR1, (union sigval){.sival_int = (int)n});
}

CHECK(signals_to_each_other)
{
    beside_for(sends, 2, 3000);
}

static void on_signal(int signal)
{
    kill(getpid(), signal);
}

/* Each handler's frame lies below the one before, until there is no stack. */
static void handles_handlers(unsigned number)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    (void)number;
    OK(sigaction(SIGUSR1, &action, NULL));
    kill(getpid(), SIGUSR1);
}

CHECK(handlers_within_handlers)
{
    pid_t pid = bystander_begin();
    EXPECT_ENDS_BY(SIGSEGV, handles_handlers, 0);
    bystander_ends_well(pid);
}

static void makes_timers(unsigned number)
{
    const struct itimerspec often = {{0, 1000}, {0, 1000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    timer_t timer;
    (void)number;
    signal(SIGRTMIN, SIG_IGN);
    for (int i = 0; i < 1000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0; i++)
        timer_settime(timer, 0, &often, NULL);
    for (;;)
        pause();
}

CHECK(timers_that_are_always_due)
{
    beside_for(makes_timers, 2, 2000);
}
