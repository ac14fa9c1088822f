/* Cancelling threads, signals to them, and how they end with their process. */
#include "check.h"
#include "fault.h"
#include <pthread.h>
#include <sys/resource.h>

#define NR 32

static pthread_t threads[NR];

static void start(int nr, void *(*body)(void *))
{
    for (long i = 0; i < nr; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, body, (void *)i), 0);
}

static void join(int nr)
{
    for (int i = 0; i < nr; i++)
        EXPECT_EQ(pthread_join(threads[i], NULL), 0);
}

static _Atomic int nr_here;
static __thread long own = 7;
static pid_t tids[NR];
static long counter;

static int pipe_ends[2];

static void cleanup(void *unused)
{
    (void)unused;
    counter++;
}

static void *read_for_ever(void *unused)
{
    char byte;
    (void)unused;
    pthread_cleanup_push(cleanup, NULL);
    nr_here++;
    if (read(pipe_ends[0], &byte, 1) != 1)
        FAIL("read: %s", strerror(errno));
    pthread_cleanup_pop(0);
    return NULL;
}

CHECK(cancelling_ends_a_call)
{
    void *result;
    OK(pipe(pipe_ends));
    start(1, read_for_ever);
    AWAIT(nr_here);
    EXPECT_EQ(pthread_cancel(threads[0]), 0);
    EXPECT_EQ(pthread_join(threads[0], &result), 0);
    EXPECT(result == PTHREAD_CANCELED);
    EXPECT_EQ(counter, 1);
}

static void *work_for_ever(void *unused)
{
    (void)unused;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    nr_here++;
    while (nr_here)
        ;
    return NULL;
}

CHECK(cancelling_ends_work)
{
    void *result;
    start(1, work_for_ever);
    AWAIT(nr_here);
    EXPECT_EQ(pthread_cancel(threads[0]), 0);
    EXPECT_EQ(pthread_join(threads[0], &result), 0);
    EXPECT(result == PTHREAD_CANCELED);
}

static volatile pid_t handled_by;

static void say_who(int signal)
{
    (void)signal;
    handled_by = (pid_t)syscall(SYS_gettid);
}

static void *wait_for_stop(void *unused)
{
    (void)unused;
    tids[0] = (pid_t)syscall(SYS_gettid);
    nr_here++;
    while (nr_here < 2)
        check_pause_ms(1);
    return NULL;
}

CHECK(signals_for_one_thread)
{
    signal(SIGUSR1, say_who);
    start(1, wait_for_stop);
    AWAIT(nr_here);
    EXPECT_EQ(pthread_kill(threads[0], SIGUSR1), 0);
    AWAIT(handled_by);
    EXPECT_EQ(handled_by, tids[0]);
    handled_by = 0;
    OK(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1));
    EXPECT_EQ(handled_by, getpid());
    EXPECT_FAILS(ESRCH, syscall(SYS_tgkill, getpid(), 1 << 22, SIGUSR1));
    EXPECT_FAILS(ESRCH, syscall(SYS_tgkill, getpid() + 1, tids[0], SIGUSR1));
    EXPECT_FAILS(EINVAL, syscall(SYS_tgkill, -1, tids[0], SIGUSR1));
    nr_here++;
    join(1);
}

CHECK(signals_for_the_process_go_where_they_may)
{
    sigset_t set;
    signal(SIGUSR1, say_who);
    start(1, wait_for_stop);
    AWAIT(nr_here);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    EXPECT_EQ(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    OK(kill(getpid(), SIGUSR1));
    AWAIT(handled_by);
    EXPECT_EQ(handled_by, tids[0]);
    nr_here++;
    join(1);
}

static void start_sleepers(void)
{
    OK(pipe(pipe_ends));
    start(NR / 2, read_for_ever);
    AWAIT(nr_here == NR / 2);
}

CHECK(exit_ends_all_threads)
{
    pid_t child = OK(fork());
    if (child == 0) {
        start_sleepers();
        _exit(44);
    }
    EXPECT_EXITS(child, 44);
}

CHECK(a_signal_ends_all_threads)
{
    pid_t child = OK(fork());
    if (child == 0) {
        start_sleepers();
        kill(getpid(), SIGTERM);
        for (;;)
            pause();
    }
    EXPECT_KILLED(child, SIGTERM);
}

static void *fault(void *unused)
{
    (void)unused;
    fault_do_read(NULL);
    return NULL;
}

CHECK(a_threads_fault_ends_all)
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        start_sleepers();
        start(1, fault);
        for (;;)
            pause();
    }
    EXPECT_KILLED(child, SIGSEGV);
}

static void *exit_later(void *unused)
{
    (void)unused;
    check_pause_ms(10);
    _exit(45);
}

CHECK(the_first_threads_end_is_not_the_processs)
{
    pid_t child = OK(fork());
    if (child == 0) {
        start(1, exit_later);
        pthread_exit(NULL);
    }
    EXPECT_EXITS(child, 45);
}

static void *execute(void *unused)
{
    char *arguments[] = {"/proc/self/exe", "--here", "no such check", NULL};
    (void)unused;
    dup2(open("/dev/null", O_WRONLY), 1);
    execv(arguments[0], arguments);
    _exit(1);
}

CHECK(execve_ends_the_other_threads)
{
    pid_t child = OK(fork());
    if (child == 0) {
        start_sleepers();
        start(1, execute);
        for (;;)
            pause();
    }
    EXPECT_EXITS(child, 0);
}

static void *fork_one(void *unused)
{
    (void)unused;
    own = 99;
    pid_t child = OK(fork());
    if (child == 0)
        _exit(own == 99 && syscall(SYS_gettid) == getpid() ? 0 : 1);
    EXPECT_EXITS(child, 0);
    return NULL;
}

CHECK(a_thread_forks_itself_alone)
{
    start(4, fork_one);
    join(4);
}

CHECK(many_threads_at_once)
{
    enum { MANY = 300 };
    static pthread_t many[MANY];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 32768);
    OK(pipe(pipe_ends));
    for (int i = 0; i < MANY; i++)
        EXPECT_EQ(pthread_create(&many[i], &attributes, read_for_ever, NULL), 0);
    AWAIT(nr_here == MANY);
    static char bytes[MANY];
    EXPECT_EQ(write(pipe_ends[1], bytes, MANY), MANY);
    for (int i = 0; i < MANY; i++)
        EXPECT_EQ(pthread_join(many[i], NULL), 0);
}
