/* cores: threads run on the cores of their masks alone, go there at once, and their children too.
 * This program is also what it executes: with --core N it says whether it runs there. */
#define CHECK_MAIN check_main
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

static cpu_set_t all;
static int cores[2]; /* the first two */

static int nr_cores;

static void look_around(void)
{
    OK(sched_getaffinity(0, sizeof all, &all));
    for (int i = 0; i < CPU_SETSIZE && nr_cores < 2; i++)
        if (CPU_ISSET(i, &all))
            cores[nr_cores++] = i;
}

static void look_for_two(void)
{
    look_around();
    if (nr_cores < 2)
        SKIP("there is one core");
}

static cpu_set_t only(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return set;
}

static int pin(pid_t thread, int core)
{
    cpu_set_t set = only(core);
    return sched_setaffinity(thread, sizeof set, &set);
}

CHECK(a_thread_goes_there_at_once)
{
    look_for_two();
    for (int i = 0; i < 200; i++) {
        OK(pin(0, cores[i % 2]));
        EXPECT_EQ(sched_getcpu(), cores[i % 2]);
    }
}

CHECK(what_was_set_is_told)
{
    cpu_set_t set;
    look_for_two();
    OK(pin(0, cores[1]));
    OK(sched_getaffinity(0, sizeof set, &set));
    cpu_set_t wanted = only(cores[1]);
    EXPECT(CPU_EQUAL(&set, &wanted));
    memset(&set, 0xff, sizeof set);
    OK(sched_setaffinity(0, sizeof set, &set));
    OK(sched_getaffinity(0, sizeof set, &set));
    EXPECT(CPU_EQUAL(&set, &all));
}

/* More threads than cores: each of them always wants one, and some pairs want the same. */
static void *spins(void *core)
{
    long end = check_now_ns() + 100000000;
    OK(pin(0, (int)(long)core));
    while (check_now_ns() < end) {
        for (int i = 0; i < 50; i++)
            EXPECT_EQ(sched_getcpu(), (long)core);
        sched_yield();
    }
    return NULL;
}

static void *spins_free(void *stop)
{
    while (!*(_Atomic bool *)stop)
        sched_yield();
    return NULL;
}

CHECK(threads_stay_while_others_want_their_cores)
{
    enum { NR = 6, NR_FREE = 4 };
    pthread_t threads[NR], others[NR_FREE];
    static _Atomic bool stop;
    look_for_two();
    for (int i = 0; i < NR_FREE; i++)
        EXPECT_EQ(pthread_create(&others[i], NULL, spins_free, &stop), 0);
    for (int i = 0; i < NR; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, spins, (void *)(long)cores[i % 2]), 0);
    for (int i = 0; i < NR; i++)
        EXPECT_EQ(pthread_join(threads[i], NULL), 0);
    stop = true;
    for (int i = 0; i < NR_FREE; i++)
        EXPECT_EQ(pthread_join(others[i], NULL), 0);
}

/* Two that begin on one core have two: each only waits for the other to be elsewhere. */
static _Atomic int places[2];

static void *leaves(void *me)
{
    cpu_set_t both = only(cores[0]);
    CPU_SET(cores[1], &both);
    OK(pin(0, cores[0]));
    places[(long)me] = cores[0];
    OK(sched_setaffinity(0, sizeof both, &both));
    do {
        places[(long)me] = sched_getcpu();
        EXPECT(CPU_ISSET(places[(long)me], &both));
    } while (places[0] == places[1]);
    return NULL;
}

CHECK(threads_use_all_cores_of_their_masks)
{
    pthread_t threads[2];
    look_for_two();
    places[0] = places[1] = cores[0];
    for (long i = 0; i < 2; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, leaves, (void *)i), 0);
    for (int i = 0; i < 2; i++)
        EXPECT_EQ(pthread_join(threads[i], NULL), 0);
}

/* ---- of others ---- */

static _Atomic int tid, seen;
static _Atomic bool enough;

static void *tells(void *unused)
{
    (void)unused;
    tid = gettid();
    while (!enough)
        seen = sched_getcpu();
    return NULL;
}

CHECK(a_running_thread_is_moved)
{
    pthread_t thread;
    look_for_two();
    EXPECT_EQ(pthread_create(&thread, NULL, tells, NULL), 0);
    AWAIT(tid != 0);
    for (int i = 0; i < 20; i++) {
        OK(pin(tid, cores[i % 2]));
        AWAIT(seen == cores[i % 2]);
        for (int j = 0; j < 100; j++)
            EXPECT_EQ(seen, cores[i % 2]);
    }
    enough = true;
    EXPECT_EQ(pthread_join(thread, NULL), 0);
}

CHECK(a_waiting_process_is_moved_and_waits_on)
{
    int pipe_ends[2];
    char byte;
    look_for_two();
    OK(pipe(pipe_ends));
    for (int i = 0; i < 10; i++) {
        pid_t child = OK(fork());
        if (child == 0) {
            EXPECT_EQ(read(pipe_ends[0], &byte, 1), 1);
            EXPECT_EQ(sched_getcpu(), cores[i % 2]);
            _exit(0);
        }
        check_pause_ms(i % 3);
        OK(pin(child, cores[i % 2]));
        EXPECT_EQ(write(pipe_ends[1], "x", 1), 1);
        EXPECT_EXITS(child, 0);
    }
}

static void *is_here(void *core)
{
    EXPECT_EQ(sched_getcpu(), (long)core);
    return NULL;
}

CHECK(children_have_the_mask)
{
    pthread_t thread;
    look_for_two();
    for (int i = 0; i < 10; i++) {
        int core = cores[i % 2];
        OK(pin(0, core));
        EXPECT_EQ(pthread_create(&thread, NULL, is_here, (void *)(long)core), 0);
        EXPECT_EQ(pthread_join(thread, NULL), 0);
        pid_t child = OK(fork());
        if (child == 0) {
            cpu_set_t set, wanted = only(core);
            EXPECT_EQ(sched_getcpu(), core);
            OK(sched_getaffinity(0, sizeof set, &set));
            EXPECT(CPU_EQUAL(&set, &wanted));
            char number[12];
            snprintf(number, sizeof number, "%d", core);
            execl("/proc/self/exe", "check", "--core", number, NULL);
            FAIL("execl: %s", strerror(errno));
        }
        EXPECT_EXITS(child, 0);
    }
}

/* Threads have masks of their own. */
CHECK(a_mask_is_one_threads)
{
    pthread_t thread;
    cpu_set_t set;
    look_for_two();
    EXPECT_EQ(pthread_create(&thread, NULL, spins, (void *)(long)cores[1]), 0);
    EXPECT_EQ(pthread_join(thread, NULL), 0);
    OK(sched_getaffinity(0, sizeof set, &set));
    EXPECT(CPU_EQUAL(&set, &all));
}

/* ---- errors ---- */

CHECK(masks_without_a_core)
{
    cpu_set_t none;
    look_around();
    CPU_ZERO(&none);
    EXPECT_FAILS(EINVAL, sched_setaffinity(0, sizeof none, &none));
    EXPECT_FAILS(EINVAL, sched_setaffinity(0, 0, &all));
    CPU_SET(CPU_SETSIZE - 1, &none);
    EXPECT_FAILS(EINVAL, sched_setaffinity(0, sizeof none, &none));
    OK(sched_getaffinity(0, sizeof none, &none));
    EXPECT(CPU_EQUAL(&none, &all));
}

CHECK(sizes_of_masks)
{
    unsigned long words[128];
    int size = (int)OK(syscall(SYS_sched_getaffinity, 0, sizeof words, words));
    EXPECT(size >= 8 && size % 8 == 0);
    EXPECT_FAILS(EINVAL, syscall(SYS_sched_getaffinity, 0, 0, words));
    EXPECT_FAILS(EINVAL, syscall(SYS_sched_getaffinity, 0, sizeof words - 1, words));
    EXPECT_FAILS(EINVAL, syscall(SYS_sched_getaffinity, 1 << 22, 0, words));
    OK(syscall(SYS_sched_setaffinity, 0, size, words));
}

CHECK(threads_that_are_not_there)
{
    look_around();
    EXPECT_FAILS(ESRCH, sched_getaffinity(1 << 22, sizeof all, &all));
    EXPECT_FAILS(ESRCH, sched_setaffinity(1 << 22, sizeof all, &all));
    EXPECT_FAILS(EFAULT, syscall(SYS_sched_setaffinity, 1 << 22, sizeof all, (void *)8));
    EXPECT_FAILS(ESRCH, syscall(SYS_sched_getaffinity, 1 << 22, sizeof all, (void *)8));
}

CHECK_AS_ROOT(others_may_not_be_moved)
{
    look_around();
    pid_t parent = getpid(), child = OK(fork());
    if (child == 0) {
        OK(setresuid(1000, 1000, 1000));
        EXPECT_FAILS(EPERM, pin(parent, cores[0]));
        EXPECT_FAILS(EPERM, sched_setaffinity(parent, 0, &all));
        OK(sched_getaffinity(parent, sizeof all, &all));
        OK(pin(0, cores[0]));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--core") == 0)
        return sched_getcpu() != atoi(argv[2]);
    return check_main(argc, argv);
}
