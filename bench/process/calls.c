/* calls.c: what system calls, faults, processes and switches cost, as lines of JSON: nanoseconds
 * each, which are instructions on one core of QEMU's with -icount shift=0. The same program runs on
 * Linux. With an argument it ends at once: what vfork and execve start. */
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t began;

static void begin(void)
{
    began = now_ns();
}

static void end(const char *name, unsigned count)
{
    uint64_t spent = now_ns() - began;
    printf("{\"name\": \"%s\", \"ns\": %.1f, \"count\": %u}\n", name, (double)spent / count, count);
    fflush(stdout);
}

/* ---- calls ---- */

static void calls(void)
{
    enum { COUNT = 20000 };
    begin();
    for (int i = 0; i < COUNT; i++)
        syscall(SYS_getppid);
    end("null call (getppid)", COUNT);
    begin();
    for (int i = 0; i < COUNT; i++)
        syscall(SYS_getuid);
    end("getuid", COUNT);
    struct timespec t;
    begin();
    for (int i = 0; i < COUNT; i++)
        syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    end("clock_gettime, as a call", COUNT);
    uint32_t word = 0;
    begin();
    for (int i = 0; i < COUNT; i++)
        syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    end("futex wake of nobody", COUNT);
}

static void files(void)
{
    enum { COUNT = 2000 };
    char byte;
    int zero = open("/dev/zero", O_RDONLY);
    if (zero < 0)
        fail("/dev/zero");
    begin();
    for (int i = 0; i < COUNT; i++)
        if (read(zero, &byte, 1) != 1)
            fail("read");
    end("read of a byte of /dev/zero", COUNT);
    close(open("/tmp/file", O_CREAT | O_WRONLY, 0644));
    begin();
    for (int i = 0; i < COUNT; i++)
        close(open("/tmp/file", O_RDONLY));
    end("open and close", COUNT);
}

/* ---- memory ---- */

static void faults(void)
{
    enum { COUNT = 2000, PAGE = 4096 };
    char *memory =
        mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    begin();
    for (int i = 0; i < COUNT; i++)
        *(volatile char *)(memory + (size_t)i * PAGE) = 1;
    end("demand-zero fault, the clearing included", COUNT);
}

/* ---- processes ---- */

static void processes(char *self)
{
    enum { COUNT = 50 };
    begin();
    for (int i = 0; i < COUNT; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child)
            fail("fork");
    }
    end("fork, exit, wait", COUNT);
    char *arguments[] = {self, "end", NULL}, *environment[] = {NULL};
    begin();
    for (int i = 0; i < COUNT; i++) {
        pid_t child = vfork();
        if (child == 0) {
            execve(self, arguments, environment);
            _exit(127);
        }
        int status;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            fail("vfork and execve");
    }
    end("vfork, execve, exit, wait", COUNT);
}

/* ---- from one to another and back ---- */

static void pipes(void)
{
    enum { COUNT = 2000 };
    int there[2], back[2];
    char byte = 0;
    if (pipe(there) || pipe(back))
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            if (write(back[1], &byte, 1) != 1)
                _exit(1);
        _exit(0);
    }
    close(there[0]);
    begin();
    for (int i = 0; i < COUNT; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            fail("pipe");
    end("pipe round trip between two processes", COUNT);
    close(there[1]);
    waitpid(child, NULL, 0);
}

static uint32_t turn;

static void wait_for(uint32_t mine)
{
    uint32_t seen;
    while ((seen = __atomic_load_n(&turn, __ATOMIC_SEQ_CST)) % 2 != mine)
        syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

static void pass_on(void)
{
    __atomic_fetch_add(&turn, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

enum { SWITCHES = 2000 };

static void *second(void *unused)
{
    for (int i = 0; i < SWITCHES; i++) {
        wait_for(1);
        pass_on();
    }
    return unused;
}

static void threads(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, second, NULL))
        fail("pthread_create");
    begin();
    for (int i = 0; i < SWITCHES; i++) {
        wait_for(0);
        pass_on();
    }
    end("switch to another thread and back, by futexes", SWITCHES);
    pthread_join(thread, NULL);
}

/* ---- what a process that only waits takes ---- */

static long free_kib(void)
{
    FILE *file = fopen("/proc/meminfo", "r");
    char line[128];
    long kib = -1;
    while (file && kib < 0 && fgets(line, sizeof line, file))
        sscanf(line, "MemFree: %ld", &kib);
    if (kib < 0)
        fail("/proc/meminfo");
    fclose(file);
    return kib;
}

/* Starts one and waits until it waits; its input is ours. */
static pid_t start_idle(int input)
{
    int said[2];
    char byte;
    if (pipe(said))
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(input, 0);
        dup2(said[1], 1);
        execl("/bin/bench-idle", "bench-idle", (char *)NULL);
        _exit(127);
    }
    close(said[1]);
    if (child < 0 || read(said[0], &byte, 1) != 1)
        fail("/bin/bench-idle");
    close(said[0]);
    return child;
}

/* Of one more, when one is there already whose files and text it shares. */
static void idle(void)
{
    enum { COUNT = 20 };
    int input[2];
    if (pipe2(input, O_CLOEXEC))
        fail("pipe");
    start_idle(input[0]);
    long before = free_kib();
    for (int i = 0; i < COUNT; i++)
        start_idle(input[0]);
    printf("{\"name\": \"memory of an idle OCaml process\", \"KiB\": %ld, \"count\": %d}\n",
           (before - free_kib()) / COUNT, COUNT);
    close(input[1]);
    while (wait(NULL) > 0) {
    }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return 0;
    calls();
    files();
    processes(argv[0]);
    faults();
    pipes();
    threads();
    idle();
    return 0;
}
