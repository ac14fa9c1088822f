/* syscalls.c: random system calls, from several processes with several threads each, and a watchdog
 * that starts them anew when they end or stand still.
 *
 *     fuzz-syscalls [--seed N] [--seconds N] [--processes N] [--threads N]
 *
 * Needs no root, and gives it up. What it makes is in a directory of its own below /tmp, within
 * small limits; calls that would reach beyond it are left out (arguments.c). It fails when a
 * process cannot be started, or not be killed, or when the system no longer does the simplest
 * things. */
#include "arguments.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_PROCESSES 64
#define NOBODY         65534
#define STANDSTILL_MS  500
#define KILL_MS        10000
#define SENSIBLE       1000000 /* calls in between: a worker may spoil its own count */

struct worker {
    pid_t pid;
    unsigned nr_starts;
    unsigned long seen; /* calls, at `since_ms` */
    int64_t since_ms;
};

static struct worker workers[MOST_PROCESSES];
static volatile unsigned long *calls; /* of each worker, shared with it */
static uint64_t seed;
static unsigned nr_processes = 8, nr_threads = 4, seconds = 10;
static unsigned long nr_calls;
static const char *problem;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- a worker ---- */

static unsigned me;

static void one_call(struct random *random)
{
    long number = arguments_number(random), a[6];
    if (!arguments_for(random, number, a))
        return;
    long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    calls[me]++;
    if (number != SYS_clone || result != 0)
        return;
    /* A child: it goes on for a while, but not longer than its parent. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < 20; i++)
        one_call(random);
    syscall(SYS_exit_group, 0);
}

static void *call_for_ever(void *number)
{
    struct random random =
        random_stream(seed, me * 1000003ul + workers[me].nr_starts, (uint64_t)(long)number);
    for (;;)
        one_call(&random);
    return NULL;
}

static void interrupt(int signal)
{
    (void)signal;
}

static void limit(int what, rlim_t value)
{
    const struct rlimit both = {value, value};
    setrlimit(what, &both);
}

static void limit_all(void)
{
    limit(RLIMIT_AS, 256ul << 20);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 1 << 20);
    limit(RLIMIT_MEMLOCK, 1 << 20);
    limit(RLIMIT_NOFILE, 64);
    limit(RLIMIT_NPROC, 500);
    limit(RLIMIT_SIGPENDING, 100);
}

/* Signals that interrupt what waits; they also end what a signal has stopped for ever. */
static void interrupt_often(void)
{
    const struct itimerval every = {{0, 20000}, {0, 20000}};
    struct sigaction action = {.sa_handler = interrupt};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signal = 1; signal < 65; signal++)
        if (signal != SIGSEGV && signal != SIGBUS && signal != SIGILL && signal != SIGFPE)
            sigaction(signal, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
}

static void make_files(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(null, i);
    for (int i = 3; i < 64; i++)
        close(i);
    mkdir("d", 0777);
    close(open("a", O_RDWR | O_CREAT, 0666));
    if (symlink("..", "d/s") < 0 || symlink("s", "s") < 0 || mkfifo("p", 0666) < 0)
        return; /* others have made them */
}

static void work(unsigned index)
{
    pthread_t thread;
    struct random random = random_stream(seed, index, workers[index].nr_starts);
    me = index;
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    make_files();
    limit_all();
    if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
                           setresuid(NOBODY, NOBODY, NOBODY) < 0))
        _exit(1);
    arguments_prepare(&random);
    interrupt_often();
    for (unsigned i = 1; i < nr_threads; i++)
        pthread_create(&thread, NULL, call_for_ever, (void *)(long)i);
    call_for_ever(NULL);
}

/* ---- the watchdog ---- */

static void start(unsigned index)
{
    struct worker *worker = &workers[index];
    worker->nr_starts++;
    worker->seen = calls[index];
    worker->since_ms = now_ms();
    worker->pid = fork();
    if (worker->pid == 0) {
        work(index);
        _exit(0);
    }
    if (worker->pid < 0 && !problem)
        problem = strerror(errno);
}

/* Reaps whatever has ended, for at most so long if nothing has. */
static void reap(int timeout_ms)
{
    const struct timespec time = {timeout_ms / 1000, timeout_ms % 1000 * 1000000l};
    sigset_t set;
    pid_t pid;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigtimedwait(&set, NULL, &time);
    while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
        for (unsigned i = 0; i < nr_processes; i++)
            if (workers[i].pid == pid) {
                kill(-pid, SIGKILL); /* what it has left behind */
                workers[i].pid = 0;
            }
}

/* A worker leads a session, and all that it started is in its group. */
static void end(unsigned index)
{
    pid_t pid = workers[index].pid;
    int64_t start_ms = now_ms();
    if (pid <= 0)
        return;
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (workers[index].pid == pid && now_ms() - start_ms < KILL_MS)
        reap(10);
    if (workers[index].pid == pid)
        problem = "a process cannot be killed";
    kill(-pid, SIGKILL);
}

/* This process is who gets orphans: it waits until nobody is left. */
static void end_all(void)
{
    int64_t start_ms = now_ms();
    for (unsigned i = 0; i < nr_processes; i++)
        end(i);
    do
        reap(10);
    while (waitpid(-1, NULL, WNOHANG | __WALL) >= 0 && now_ms() - start_ms < KILL_MS);
    if (!problem && waitpid(-1, NULL, WNOHANG | __WALL) >= 0)
        problem = "a process outlives its session";
}

static void watch(unsigned index)
{
    struct worker *worker = &workers[index];
    if (worker->pid == 0) {
        start(index);
    } else if (calls[index] != worker->seen) {
        unsigned long more = calls[index] - worker->seen;
        nr_calls += more < SENSIBLE ? more : 0;
        worker->seen = calls[index];
        worker->since_ms = now_ms();
    } else if (now_ms() - worker->since_ms > STANDSTILL_MS) {
        end(index);
        start(index);
    }
}

/* ---- what must still work ---- */

static bool forks(void)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(42);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 42;
}

static bool pipes(void)
{
    int ends[2];
    char byte = 0;
    bool works = pipe(ends) == 0 && write(ends[1], "x", 1) == 1 && read(ends[0], &byte, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return works && byte == 'x';
}

static bool keeps_files(void)
{
    char text[8] = "";
    int file = open("check", O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool works = file >= 0 && write(file, "hello", 5) == 5 && pread(file, text, 8, 0) == 5;
    close(file);
    return works && strcmp(text, "hello") == 0 && unlink("check") == 0;
}

static bool maps(void)
{
    char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    for (int i = 0; i < 1 << 20; i += 4096)
        if (memory[i])
            return false;
    memset(memory, 1, 1 << 20);
    return munmap(memory, 1 << 20) == 0;
}

static void check_system(void)
{
    if (!forks())
        problem = "fork no longer works";
    else if (!pipes())
        problem = "pipes no longer work";
    else if (!keeps_files())
        problem = "files no longer work";
    else if (!maps())
        problem = "memory no longer works";
}

/* ---- the directory ---- */

static void make_directory(char *name, size_t size)
{
    snprintf(name, size, "/tmp/fuzz-%d", (int)getpid());
    if (mkdir(name, 0777) < 0 || chmod(name, 0777) < 0 || chdir(name) < 0) {
        printf("%s: %s\n0 passed, 1 failed\n", name, strerror(errno));
        exit(1);
    }
}

static void remove_all(const char *path)
{
    struct dirent *entry;
    chmod(path, 0700);
    DIR *directory = opendir(path);
    while (directory && (entry = readdir(directory))) {
        char inner[512];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (lstat(inner, &status) == 0 && S_ISDIR(status.st_mode))
            remove_all(inner);
        else
            unlink(inner);
    }
    if (directory)
        closedir(directory);
    rmdir(path);
}

/* ---- the program ---- */

static void read_options(int argc, char **argv)
{
    seed = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
    for (int i = 1; i + 1 < argc; i += 2) {
        unsigned long value = strtoul(argv[i + 1], NULL, 0);
        if (strcmp(argv[i], "--seed") == 0)
            seed = value;
        else if (strcmp(argv[i], "--seconds") == 0)
            seconds = (unsigned)value;
        else if (strcmp(argv[i], "--processes") == 0 && value && value <= MOST_PROCESSES)
            nr_processes = (unsigned)value;
        else if (strcmp(argv[i], "--threads") == 0 && value && value <= 32)
            nr_threads = (unsigned)value;
    }
}

static int report(void)
{
    unsigned long nr_starts = 0;
    for (unsigned i = 0; i < nr_processes; i++)
        nr_starts += workers[i].nr_starts;
    printf("# %lu calls, %lu processes, seed %#lx\n", nr_calls, nr_starts, (unsigned long)seed);
    if (!problem && nr_calls == 0)
        problem = "nobody made a call";
    if (problem)
        printf("random_system_calls: FAIL %s\n0 passed, 1 failed\n", problem);
    else
        printf("random_system_calls: PASS\n1 passed, 0 failed\n");
    return problem != NULL;
}

int main(int argc, char **argv)
{
    char directory[64];
    sigset_t set;
    read_options(argc, argv);
    printf("# seed %#lx, %u seconds, %u processes of %u threads\n", (unsigned long)seed, seconds,
           nr_processes, nr_threads);
    fflush(stdout);
    make_directory(directory, sizeof directory);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    calls = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int64_t stop_ms = now_ms() + seconds * 1000l; now_ms() < stop_ms && !problem;) {
        for (unsigned i = 0; i < nr_processes; i++)
            watch(i);
        reap(20);
    }
    end_all();
    if (!problem)
        check_system();
    if (chdir("/") == 0)
        remove_all(directory);
    return report();
}
