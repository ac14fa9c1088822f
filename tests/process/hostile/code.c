/* Code that is none, jumps to where nothing is, stacks without an end, frames that no handler
 * had. */
#include "hostile.h"
#include <pthread.h>
#include <sys/time.h>

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static const uint64_t places[] = {
    0, 8, PAGE - 1, 0x800000000000, 0x0000800000001000, 0x1234567812345678, 0x4000000000000000,
    0xffff800000000000, 0xffffffff80000000, 0xffffffc000000000, 0xffffffffffffffff,
    0xfffffffffffff000,
};
#define NR_PLACES (sizeof places / sizeof *places)

static void jumps(unsigned number)
{
    ((void (*volatile)(void))places[number])();
}

static void reads(unsigned number)
{
    (void)*(volatile char *)places[number];
}

static void writes(unsigned number)
{
    *(volatile char *)places[number] = 1;
}

/* The signal depends on the machine: for one the address is odd. */
static void expect_fault(void (*body)(unsigned), unsigned number)
{
    int status = culprit_end(culprit_begin(body, number));
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal != SIGSEGV && signal != SIGBUS && signal != SIGILL)
        FAIL("place %u: status %#x", number, (unsigned)status);
}

CHECK(places_where_nothing_is)
{
    pid_t pid = bystander_begin();
    for (unsigned i = 0; i < NR_PLACES; i++) {
        expect_fault(jumps, i);
        expect_fault(reads, i);
        expect_fault(writes, i);
    }
    bystander_ends_well(pid);
}

static unsigned recur(unsigned depth)
{
    volatile char page[PAGE];
    page[0] = (char)depth;
    return depth + 1 == 0 ? 0 : recur(depth + 1) + (unsigned)page[0];
}

static void recurs(unsigned number)
{
    recur(number);
}

static void *recur_in_thread(void *unused)
{
    recur(0);
    return unused;
}

static void recurs_in_threads(unsigned number)
{
    pthread_t thread[4];
    (void)number;
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, recur_in_thread, NULL);
    pthread_join(thread[0], NULL);
}

CHECK(stacks_without_an_end)
{
    pid_t pid = bystander_begin();
    EXPECT_ENDS_BY(SIGSEGV, recurs, 0);
    EXPECT_ENDS_BY(SIGSEGV, recurs_in_threads, 0);
    bystander_ends_well(pid);
}

static char atomics[2 * PAGE] __attribute__((aligned(PAGE)));

static void misaligned(unsigned number)
{
    static const unsigned offsets[] = {1, 2, 4, 61, PAGE - 1, PAGE - 4, PAGE - 7};
    char *at = atomics + offsets[number % 7];
    for (int i = 0; i < 1000; i++) {
        __atomic_fetch_add((long *)at, 1, __ATOMIC_SEQ_CST);
        __atomic_exchange_n((int *)at, i, __ATOMIC_SEQ_CST);
    }
}

CHECK(misaligned_atomics)
{
    pid_t pid = bystander_begin();
    for (unsigned i = 0; i < 7; i++) {
        int status = culprit_end(culprit_begin(misaligned, i));
        EXPECT(status == 0 || WTERMSIG(status) == SIGBUS);
    }
    bystander_ends_well(pid);
}

/* Calls that come of it reach nothing. */
static void for_a_moment(void)
{
    const struct itimerval soon = {.it_value = {0, 100000}};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void fill_at_random(void *to, size_t size_bytes, uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 + 1, *word = to;
    for (size_t i = 0; i < size_bytes / 8; i++)
        word[i] = next_random(&state);
}

static void executes_at_random(unsigned number)
{
    const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
    char *code = (char *)OK(mmap(NULL, PAGE, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    fill_at_random(code, PAGE, number);
    __builtin___clear_cache(code, code + PAGE);
    for_a_moment();
    ((void (*volatile)(void))code)();
}

/* However it ends. */
static void at_random(void (*body)(unsigned), unsigned tries)
{
    pid_t pid = bystander_begin();
    for (unsigned i = 0; i < tries; i++) {
        pid_t culprit = culprit_begin(body, i);
        check_wait(culprit);
        while (kill(-culprit, SIGKILL) == 0)
            check_pause_ms(1);
    }
    bystander_ends_well(pid);
}

CHECK(instructions_at_random)
{
    at_random(executes_at_random, 60);
}

/* On the stack where a handler's frame would be. */
static void returns_from_no_handler(unsigned number)
{
    static char frames[4 * PAGE] __attribute__((aligned(64)));
    fill_at_random(frames, sizeof frames, number);
    for_a_moment();
#if defined __x86_64__
    __asm__ volatile("mov %0, %%rsp\nmov $15, %%eax\nsyscall\nud2" ::"r"(frames + PAGE) : "memory");
#elif defined __aarch64__
    __asm__ volatile("mov sp, %0\nmov x8, #139\nsvc #0\nudf #0" ::"r"(frames + PAGE) : "memory");
#else
    __asm__ volatile("mv sp, %0\nli a7, 139\necall\nunimp" ::"r"(frames + PAGE) : "memory");
#endif
}

CHECK(returns_from_handlers_that_never_were)
{
    at_random(returns_from_no_handler, 60);
}

/* This program with a few bytes changed, mostly of its headers. */
static void executes_what_is_corrupt(unsigned number)
{
    char name[32];
    static char bytes[64 * 1024];
    ssize_t n;
    uint64_t state = number * 0x9e3779b97f4a7c15 + 1;
    snprintf(name, sizeof name, "/tmp/hostile-%u", number);
    int from = OK(open("/proc/self/exe", O_RDONLY));
    int to = OK(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755));
    while ((n = OK(read(from, bytes, sizeof bytes))) > 0)
        EXPECT_EQ(write(to, bytes, (size_t)n), n);
    off_t size = OK(lseek(to, 0, SEEK_CUR));
    for (int i = 0; i < 8; i++) {
        uint64_t random = next_random(&state);
        OK(pwrite(to, &random, 1 + random % 4, (off_t)(random >> 8) % (i < 6 ? 512 : size)));
    }
    close(to);
    to = OK(open(name, O_RDONLY | O_CLOEXEC));
    OK(unlink(name));
    for_a_moment();
    fexecve(to, (char *[]){"hostile", "no such check", NULL}, (char *[]){NULL});
}

CHECK(corrupt_executables)
{
    at_random(executes_what_is_corrupt, 40);
}

/* What the system is to write or to follow when the thread ends. */
static void ends_with_bad_pointers(unsigned number)
{
    syscall(SYS_set_tid_address, places[number]);
    syscall(SYS_set_robust_list, places[number], 24);
}

CHECK(pointers_that_are_used_at_the_end)
{
    pid_t pid = bystander_begin();
    for (unsigned i = 0; i < NR_PLACES; i++)
        culprit_end(culprit_begin(ends_with_bad_pointers, i));
    bystander_ends_well(pid);
}

static void again(int signal)
{
    (void)signal;
}

/* A handler that changes nothing comes back to the fault. */
static void faults_for_ever(unsigned number)
{
    signal(SIGSEGV, again);
    writes(number);
}

CHECK(faults_without_end)
{
    beside_for(faults_for_ever, 4, 1000);
}
