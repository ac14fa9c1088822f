/* Signals: handlers and their flags, masks, waiting for them, values, order. */
#include "check.h"
#include <sys/resource.h>
#include <ucontext.h>

static volatile int nr_handled, last_signal, order[64];
static volatile sigset_t mask_within;
static siginfo_t last_info;

static void count(int signal)
{
    order[nr_handled++ % 64] = signal;
    last_signal = signal;
    sigprocmask(0, NULL, (sigset_t *)&mask_within);
}

static void count_info(int signal, siginfo_t *info, void *context)
{
    last_info = *info;
    if (!context)
        FAIL("no context");
    count(signal);
}

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    OK(sigaction(signal, &action, NULL));
}

static void handle_info(int signal, int flags)
{
    struct sigaction action = {.sa_sigaction = count_info, .sa_flags = flags | SA_SIGINFO};
    OK(sigaction(signal, &action, NULL));
}

static sigset_t set_of(int first, int second)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, first);
    if (second)
        sigaddset(&set, second);
    return set;
}

static void block(int first, int second)
{
    sigset_t set = set_of(first, second);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
}

static void unblock(int first, int second)
{
    sigset_t set = set_of(first, second);
    OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

CHECK(a_handler_runs_and_returns)
{
    handle(SIGUSR1, count, 0);
    OK(raise(SIGUSR1));
    OK(kill(getpid(), SIGUSR1));
    EXPECT_EQ(nr_handled, 2);
    EXPECT(sigismember((sigset_t *)&mask_within, SIGUSR1));
    EXPECT(!sigismember((sigset_t *)&mask_within, SIGUSR2));
    sigset_t mask;
    OK(sigprocmask(0, NULL, &mask));
    EXPECT(!sigismember(&mask, SIGUSR1));
}

CHECK(the_handlers_own_mask)
{
    struct sigaction action = {.sa_handler = count, .sa_mask = set_of(SIGUSR2, SIGHUP)};
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(raise(SIGUSR1));
    EXPECT(sigismember((sigset_t *)&mask_within, SIGUSR2));
    EXPECT(sigismember((sigset_t *)&mask_within, SIGHUP));
}

CHECK(nodefer_blocks_nothing)
{
    handle(SIGUSR1, count, SA_NODEFER);
    OK(raise(SIGUSR1));
    EXPECT(!sigismember((sigset_t *)&mask_within, SIGUSR1));
}

CHECK(resethand_happens_once)
{
    struct sigaction now;
    handle(SIGUSR1, count, SA_RESETHAND);
    OK(raise(SIGUSR1));
    OK(sigaction(SIGUSR1, NULL, &now));
    EXPECT(now.sa_handler == SIG_DFL);
}

CHECK(sigaction_gives_what_was_set)
{
    struct sigaction action = {.sa_handler = count,
                               .sa_flags = SA_RESTART,
                               .sa_mask = set_of(3, 4)},
                     now;
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(sigaction(SIGUSR1, NULL, &now));
    EXPECT(now.sa_handler == count && (now.sa_flags & (SA_RESTART | SA_NODEFER)) == SA_RESTART);
    EXPECT(sigismember(&now.sa_mask, 3) && sigismember(&now.sa_mask, 4));
    EXPECT(!sigismember(&now.sa_mask, 5));
    EXPECT_FAILS(EINVAL, sigaction(SIGKILL, &action, NULL));
    EXPECT_FAILS(EINVAL, sigaction(SIGSTOP, &action, NULL));
    EXPECT_FAILS(EINVAL, sigaction(65, &action, NULL));
    EXPECT_FAILS(EINVAL, sigaction(0, &action, NULL));
    EXPECT_FAILS(EINVAL, syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
}

CHECK(blocked_signals_wait)
{
    sigset_t pending;
    handle(SIGUSR1, count, 0);
    block(SIGUSR1, 0);
    OK(raise(SIGUSR1));
    OK(raise(SIGUSR1));
    EXPECT_EQ(nr_handled, 0);
    OK(sigpending(&pending));
    EXPECT(sigismember(&pending, SIGUSR1));
    unblock(SIGUSR1, 0);
    EXPECT_EQ(nr_handled, 1);
    OK(sigpending(&pending));
    EXPECT(!sigismember(&pending, SIGUSR1));
}

CHECK(masks_are_set_and_said)
{
    sigset_t set = set_of(SIGKILL, SIGUSR1), old;
    OK(sigprocmask(SIG_SETMASK, &set, NULL));
    OK(sigprocmask(SIG_BLOCK, NULL, &old));
    EXPECT(sigismember(&old, SIGUSR1) && !sigismember(&old, SIGKILL));
    set = set_of(SIGUSR2, 0);
    OK(sigprocmask(SIG_BLOCK, &set, &old));
    EXPECT(!sigismember(&old, SIGUSR2));
    OK(sigprocmask(SIG_SETMASK, &set, &old));
    EXPECT(sigismember(&old, SIGUSR1) && sigismember(&old, SIGUSR2));
    EXPECT_FAILS(EINVAL, syscall(SYS_rt_sigprocmask, 99, &set, NULL, 8));
    EXPECT_FAILS(EINVAL, syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 16));
}

CHECK(ignored_signals_are_forgotten)
{
    sigset_t pending;
    block(SIGUSR1, 0);
    OK(raise(SIGUSR1));
    handle(SIGUSR1, SIG_IGN, 0);
    OK(sigpending(&pending));
    EXPECT(!sigismember(&pending, SIGUSR1));
    handle(SIGUSR1, count, 0);
    unblock(SIGUSR1, 0);
    EXPECT_EQ(nr_handled, 0);
}

CHECK(who_sent_it)
{
    handle_info(SIGUSR1, 0);
    OK(kill(getpid(), SIGUSR1));
    EXPECT_EQ(last_info.si_signo, SIGUSR1);
    EXPECT_EQ(last_info.si_code, SI_USER);
    EXPECT_EQ(last_info.si_pid, getpid());
    EXPECT_EQ(last_info.si_uid, getuid());
    OK(raise(SIGUSR1));
    EXPECT_EQ(last_info.si_code, -6 /* SI_TKILL */);
    EXPECT_EQ(last_info.si_pid, getpid());
}

CHECK(values_come_along)
{
    handle_info(SIGUSR1, 0);
    OK(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_ptr = (void *)0x123456789}));
    EXPECT_EQ(last_info.si_code, SI_QUEUE);
    EXPECT(last_info.si_value.sival_ptr == (void *)0x123456789);
    EXPECT_EQ(last_info.si_pid, getpid());
    siginfo_t forged = {.si_code = SI_USER};
    EXPECT_FAILS(EPERM, syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &forged));
}

CHECK(realtime_signals_queue_in_order)
{
    const int first = SIGRTMIN + 1, second = SIGRTMIN + 2;
    block(first, second);
    handle_info(first, 0);
    handle_info(second, 0);
    for (int i = 0; i < 5; i++) {
        OK(sigqueue(getpid(), second, (union sigval){.sival_int = i}));
        OK(sigqueue(getpid(), first, (union sigval){.sival_int = i}));
    }
    sigset_t set = set_of(first, 0);
    for (int i = 0; i < 5; i++) {
        siginfo_t info;
        EXPECT_EQ(sigwaitinfo(&set, &info), first);
        EXPECT_EQ(info.si_value.sival_int, i);
    }
    unblock(first, second);
    EXPECT_EQ(nr_handled, 5);
    EXPECT_EQ(last_info.si_value.sival_int, 4);
}

CHECK(lower_numbers_are_taken_first)
{
    siginfo_t info;
    sigset_t all;
    sigfillset(&all);
    OK(sigprocmask(SIG_BLOCK, &all, NULL));
    const int signals[] = {SIGRTMIN + 3, SIGUSR2, SIGHUP, SIGRTMIN, SIGUSR1};
    const int wanted[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 3};
    for (int i = 0; i < 5; i++)
        OK(kill(getpid(), signals[i]));
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(sigwaitinfo(&all, &info), wanted[i]);
}

CHECK(the_queue_has_a_limit)
{
    struct rlimit limit = {10, 10};
    block(SIGRTMIN, 0);
    OK(setrlimit(RLIMIT_SIGPENDING, &limit));
    int sent = 0;
    while (sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1}) == 0 && sent < 100)
        sent++;
    EXPECT_EQ(errno, EAGAIN);
    EXPECT(sent <= 10);
}

CHECK(waiting_with_a_time)
{
    siginfo_t info;
    sigset_t set = set_of(SIGUSR1, 0);
    const struct timespec none = {0, 0}, some = {0, 20000000}, bad = {0, 1000000000};
    block(SIGUSR1, 0);
    EXPECT_FAILS(EAGAIN, sigtimedwait(&set, &info, &none));
    int64_t start = check_now_ns();
    EXPECT_FAILS(EAGAIN, sigtimedwait(&set, &info, &some));
    EXPECT(check_now_ns() - start >= 20000000);
    OK(raise(SIGUSR1));
    EXPECT_EQ(sigtimedwait(&set, &info, &some), SIGUSR1);
    EXPECT_FAILS(EINVAL, sigtimedwait(&set, &info, &bad));
}

CHECK(sigsuspend_takes_a_mask_for_its_time)
{
    sigset_t none, now;
    handle(SIGUSR1, count, 0);
    block(SIGUSR1, SIGUSR2);
    OK(raise(SIGUSR1));
    sigemptyset(&none);
    EXPECT_FAILS(EINTR, sigsuspend(&none));
    EXPECT_EQ(nr_handled, 1);
    OK(sigprocmask(0, NULL, &now));
    EXPECT(sigismember(&now, SIGUSR1) && sigismember(&now, SIGUSR2));
}

CHECK(handlers_nest)
{
    handle(SIGUSR1, count, 0);
    handle(SIGUSR2, count, 0);
    block(SIGUSR1, SIGUSR2);
    OK(raise(SIGUSR1));
    OK(raise(SIGUSR2));
    unblock(SIGUSR1, SIGUSR2);
    EXPECT_EQ(nr_handled, 2);
    /* The frame built last runs first. */
    EXPECT_EQ(order[0], SIGUSR2);
    EXPECT_EQ(order[1], SIGUSR1);
}

CHECK(a_childs_end_is_a_signal)
{
    handle_info(SIGCHLD, SA_RESTART);
    pid_t child = OK(fork());
    if (child == 0)
        _exit(5);
    AWAIT(nr_handled);
    EXPECT_EQ(last_info.si_code, CLD_EXITED);
    EXPECT_EQ(last_info.si_status, 5);
    EXPECT_EQ(last_info.si_pid, child);
    EXPECT_EXITS(child, 5);
}

CHECK(nocldstop_keeps_stops_silent)
{
    int status;
    handle_info(SIGCHLD, SA_NOCLDSTOP);
    pid_t child = OK(fork());
    if (child == 0) {
        raise(SIGSTOP);
        _exit(0);
    }
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    EXPECT_EQ(nr_handled, 0);
    OK(kill(child, SIGCONT));
    AWAIT(nr_handled);
    EXPECT_EQ(last_info.si_code, CLD_EXITED);
}

CHECK(writing_to_nobody_is_sigpipe)
{
    int ends[2];
    OK(pipe(ends));
    OK(close(ends[0]));
    handle(SIGPIPE, count, 0);
    EXPECT_FAILS(EPIPE, write(ends[1], "x", 1));
    EXPECT_EQ(nr_handled, 1);
    handle(SIGPIPE, SIG_IGN, 0);
    EXPECT_FAILS(EPIPE, write(ends[1], "x", 1));
}

CHECK(what_signals_do_by_default)
{
    const int ends[] = {SIGHUP,    SIGINT,  SIGQUIT, SIGUSR1, SIGPIPE,  SIGALRM, SIGTERM,
                        SIGVTALRM, SIGPROF, SIGXCPU, SIGSYS,  SIGRTMIN, 63};
    const int nothing[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
    struct rlimit none = {0, 0};
    OK(setrlimit(RLIMIT_CORE, &none));
    for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
        pid_t child = OK(fork());
        if (child == 0) {
            handle(ends[i], SIG_DFL, 0);
            kill(getpid(), ends[i]);
            _exit(0);
        }
        EXPECT_KILLED(child, ends[i]);
    }
    for (unsigned i = 0; i < sizeof nothing / sizeof *nothing; i++)
        OK(kill(getpid(), nothing[i]));
}

CHECK(children_keep_masks_and_handlers_not_pending)
{
    sigset_t now;
    handle(SIGUSR1, count, 0);
    block(SIGUSR1, 0);
    OK(raise(SIGUSR1));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(sigpending(&now));
        EXPECT(!sigismember(&now, SIGUSR1));
        OK(sigprocmask(0, NULL, &now));
        EXPECT(sigismember(&now, SIGUSR1));
        OK(raise(SIGUSR1));
        unblock(SIGUSR1, 0);
        EXPECT_EQ(nr_handled, 1);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(a_stop_takes_a_pending_continue_away)
{
    sigset_t now;
    block(SIGCONT, SIGTSTP);
    OK(kill(getpid(), SIGCONT));
    OK(kill(getpid(), SIGTSTP));
    OK(sigpending(&now));
    EXPECT(sigismember(&now, SIGTSTP) && !sigismember(&now, SIGCONT));
    OK(kill(getpid(), SIGCONT));
    OK(sigpending(&now));
    EXPECT(!sigismember(&now, SIGTSTP) && sigismember(&now, SIGCONT));
}
