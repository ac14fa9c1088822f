/* Futexes, and what the kernel does when a thread ends. */
#include "check.h"
#include "futex.h"
#include <limits.h>
#include <pthread.h>
#include <sched.h>

static uint32_t word, other;

static long wake(uint32_t *place, int most)
{
    return OK(futex(place, FUTEX_WAKE_PRIVATE, (uint32_t)most, NULL, NULL, 0));
}

CHECK(another_value_does_not_wait)
{
    EXPECT_FAILS(EAGAIN, futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
    EXPECT_EQ(wake(&word, 1), 0);
}

CHECK(waiting_ends_with_its_time)
{
    struct timespec time = {0, 10000000}, negative = {-1, 0}, bad = {0, 1000000000};
    int64_t start = check_now_ns();
    EXPECT_FAILS(ETIMEDOUT, futex(&word, FUTEX_WAIT, 0, &time, NULL, 0));
    EXPECT(check_now_ns() - start >= 10000000);
    EXPECT_FAILS(EINVAL, futex(&word, FUTEX_WAIT, 0, &negative, NULL, 0));
    EXPECT_FAILS(EINVAL, futex(&word, FUTEX_WAIT, 0, &bad, NULL, 0));
    OK(clock_gettime(CLOCK_MONOTONIC, &time));
    EXPECT_FAILS(ETIMEDOUT, futex(&word, FUTEX_WAIT_BITSET, 0, &time, NULL, ~0u));
    OK(clock_gettime(CLOCK_REALTIME, &time));
    EXPECT_FAILS(ETIMEDOUT,
                 futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &time, NULL, ~0u));
}

CHECK(futexes_refuse_bad_arguments)
{
    EXPECT_FAILS(EINVAL, futex((uint32_t *)((char *)&word + 1), FUTEX_WAIT, 0, NULL, NULL, 0));
    EXPECT_FAILS(EFAULT, futex(BAD, FUTEX_WAIT, 0, NULL, NULL, 0));
    EXPECT_FAILS(EFAULT, futex(&word, FUTEX_WAIT, 0, BAD, NULL, 0));
    EXPECT_FAILS(ENOSYS, futex(&word, 99, 0, NULL, NULL, 0));
    EXPECT_FAILS(EINVAL, futex(&word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0));
    EXPECT_FAILS(EINVAL, futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
}

struct waiter {
    pthread_t thread;
    uint32_t bits;
    long result;
    int error;
};

static void *wait_for_word(void *argument)
{
    struct waiter *waiter = argument;
    waiter->result = futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, waiter->bits);
    waiter->error = errno;
    return NULL;
}

static void start(struct waiter *waiters, int nr)
{
    for (int i = 0; i < nr; i++) {
        waiters[i].bits = waiters[i].bits ? waiters[i].bits : ~0u;
        EXPECT_EQ(pthread_create(&waiters[i].thread, NULL, wait_for_word, &waiters[i]), 0);
    }
}

static void join(struct waiter *waiters, int nr)
{
    for (int i = 0; i < nr; i++) {
        EXPECT_EQ(pthread_join(waiters[i].thread, NULL), 0);
        EXPECT_EQ(waiters[i].result, 0);
    }
}

CHECK(waking_wakes_so_many)
{
    struct waiter waiters[4] = {0};
    start(waiters, 4);
    for (int nr = 0; nr < 4;) {
        long woken = wake(&word, 1);
        EXPECT(woken <= 1);
        nr += (int)woken;
    }
    join(waiters, 4);
    EXPECT_EQ(wake(&word, INT_MAX), 0);
}

CHECK(bits_choose_who_wakes)
{
    struct waiter waiters[3] = {{.bits = 1}, {.bits = 2}, {.bits = 2}};
    start(waiters, 3);
    for (long nr = 0; nr < 2;)
        nr += OK(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 2));
    join(waiters + 1, 2);
    EXPECT_EQ(OK(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 4)), 0);
    while (OK(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 3)) == 0)
        ;
    join(waiters, 1);
}

CHECK(requeueing_moves_waiters)
{
    struct waiter waiters[3] = {0};
    start(waiters, 3);
    for (long nr = 0; nr < 3;)
        nr += OK(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void *)(long)INT_MAX, &other, 0));
    EXPECT_EQ(wake(&word, INT_MAX), 0);
    EXPECT_EQ(wake(&other, 1), 1);
    EXPECT_EQ(wake(&other, INT_MAX), 2);
    join(waiters, 3);
    EXPECT_FAILS(EAGAIN, futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, NULL, &other, 5));
}

CHECK(waking_with_an_operation)
{
    struct waiter waiters[1] = {0};
    start(waiters, 1);
    other = 5;
    /* other += 2, and who waits for word wakes; those of `other` too if it was 5. */
    const uint32_t operation = FUTEX_ADD_IF_EQUAL(2, 5);
    long woken = 0;
    while (woken == 0) {
        other = 5;
        woken = OK(futex(&word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1l, &other, operation));
        EXPECT_EQ(other, 7);
    }
    join(waiters, 1);
}

CHECK(processes_share_futexes)
{
    uint32_t *shared = check_shared(PAGE);
    pid_t child = OK(fork());
    if (child == 0) {
        OK(futex(shared, FUTEX_WAIT, 0, NULL, NULL, 0));
        _exit(0);
    }
    while (OK(futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0)) == 0)
        sched_yield();
    EXPECT_EXITS(child, 0);
}

CHECK(a_files_futex_has_one_place)
{
    check_directory();
    int file = check_file("a", "");
    OK(ftruncate(file, PAGE));
    pid_t child = OK(fork());
    uint32_t *own = (uint32_t *)OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    if (child == 0) {
        OK(futex(own, FUTEX_WAIT, 0, NULL, NULL, 0));
        _exit(0);
    }
    OK(mmap(own, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0));
    while (OK(futex(own, FUTEX_WAKE, 1, NULL, NULL, 0)) == 0)
        sched_yield();
    EXPECT_EXITS(child, 0);
}

/* The C library's own, whose clone() refuses to make threads. */
int __clone(int (*body)(void *), void *stack, int flags, void *argument, ...);

static char stack[65536] __attribute__((aligned(16)));

static int end_at_once(void *unused)
{
    (void)unused;
    syscall(SYS_exit, 0);
    return 0;
}

CHECK(a_threads_end_clears_and_wakes)
{
    static volatile uint32_t tid = 1;
    OK(__clone(end_at_once, stack + sizeof stack,
               CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                   CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
               NULL, &tid, NULL, &tid));
    uint32_t now;
    while ((now = tid) != 0)
        futex((uint32_t *)&tid, FUTEX_WAIT, now, NULL, NULL, 0);
}

CHECK(set_tid_address_says_the_tid)
{
    static int place;
    EXPECT_EQ(syscall(SYS_set_tid_address, &place), syscall(SYS_gettid));
}

static struct {
    struct robust_list lock;
    uint32_t word;
} held;
static struct robust_list_head robust = {{&held.lock}, sizeof(struct robust_list), NULL};

static int end_holding(void *unused)
{
    (void)unused;
    held.lock.next = &robust.list;
    held.word = (uint32_t)syscall(SYS_gettid) | FUTEX_WAITERS;
    syscall(SYS_set_robust_list, &robust, sizeof robust);
    syscall(SYS_exit, 0);
    return 0;
}

CHECK(what_a_dead_thread_held_says_so)
{
    OK(__clone(end_holding, stack + sizeof stack,
               CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
               NULL));
    volatile uint32_t *now = &held.word;
    AWAIT(*now & FUTEX_OWNER_DIED);
    EXPECT_EQ(*now & FUTEX_TID_MASK, 0);
    struct robust_list_head *head;
    size_t size;
    OK(syscall(SYS_get_robust_list, 0, &head, &size));
    EXPECT_EQ(size, sizeof *head);
    EXPECT_FAILS(EINVAL, syscall(SYS_set_robust_list, &robust, 5));
}

static void *count_up(void *argument)
{
    uint32_t *lock = argument;
    for (int i = 0; i < 2000; i++) {
        while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
            futex(lock, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
        other++;
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
        wake(lock, 1);
    }
    return NULL;
}

CHECK(a_lock_made_of_a_futex)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, count_up, &word), 0);
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(pthread_join(threads[i], NULL), 0);
    EXPECT_EQ(other, 8000);
}
