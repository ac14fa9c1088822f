/* Threads by the C library: creating, own variables, synchronising. */
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

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

static void *square(void *n)
{
    return (void *)((long)n * (long)n);
}

CHECK(threads_give_results)
{
    start(NR, square);
    for (long i = 0; i < NR; i++) {
        void *result;
        EXPECT_EQ(pthread_join(threads[i], &result), 0);
        EXPECT_EQ((long)result, i * i);
    }
}

static _Atomic int nr_here;
static pthread_barrier_t barrier;

static void *meet(void *unused)
{
    (void)unused;
    for (int i = 1; i <= 20; i++) {
        nr_here++;
        pthread_barrier_wait(&barrier);
        EXPECT_EQ(nr_here, i * 8);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

CHECK(barriers)
{
    EXPECT_EQ(pthread_barrier_init(&barrier, NULL, 8), 0);
    start(8, meet);
    join(8);
}

static __thread long own = 7;
static __thread char own_zero[1000];

static void *use_own(void *n)
{
    EXPECT_EQ(own, 7);
    for (int i = 0; i < 1000; i++)
        EXPECT_EQ(own_zero[i], 0);
    own = (long)n;
    memset(own_zero, (int)(long)n, sizeof own_zero);
    sched_yield();
    EXPECT_EQ(own, (long)n);
    EXPECT_EQ(own_zero[999], (char)(long)n);
    return NULL;
}

CHECK(threads_have_variables_of_their_own)
{
    own = 7;
    start(NR, use_own);
    join(NR);
    EXPECT_EQ(own, 7);
}

static pid_t tids[NR];

static void *say_ids(void *n)
{
    tids[(long)n] = (pid_t)syscall(SYS_gettid);
    EXPECT_EQ(syscall(SYS_getpid), getpid());
    return NULL;
}

CHECK(threads_have_ids_of_their_own)
{
    start(8, say_ids);
    join(8);
    EXPECT_EQ(syscall(SYS_gettid), getpid());
    for (int i = 0; i < 8; i++)
        EXPECT(tids[i] > 0 && tids[i] != getpid());
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < 5000; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

CHECK(mutexes)
{
    start(8, count);
    join(8);
    EXPECT_EQ(counter, 40000);
}

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void *take_turns(void *n)
{
    for (int i = 0; i < 200; i++) {
        pthread_mutex_lock(&mutex);
        while (counter % 4 != (long)n)
            pthread_cond_wait(&changed, &mutex);
        counter++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

CHECK(condition_variables)
{
    start(4, take_turns);
    join(4);
    EXPECT_EQ(counter, 800);
}

CHECK(timed_waits)
{
    struct timespec time;
    OK(clock_gettime(CLOCK_REALTIME, &time));
    time.tv_nsec += 10000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    pthread_mutex_lock(&mutex);
    EXPECT_EQ(pthread_cond_timedwait(&changed, &mutex, &time), ETIMEDOUT);
    sem_t semaphore;
    OK(sem_init(&semaphore, 0, 1));
    OK(sem_wait(&semaphore));
    EXPECT_FAILS(ETIMEDOUT, sem_timedwait(&semaphore, &time));
    EXPECT_FAILS(EAGAIN, sem_trywait(&semaphore));
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *read_and_write(void *n)
{
    for (int i = 0; i < 500; i++)
        if ((i + (long)n) % 8 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            long before = counter;
            counter = before + 1;
            pthread_rwlock_unlock(&rwlock);
        } else {
            pthread_rwlock_rdlock(&rwlock);
            EXPECT(counter >= 0);
            pthread_rwlock_unlock(&rwlock);
        }
    return NULL;
}

CHECK(reader_writer_locks)
{
    start(8, read_and_write);
    join(8);
    EXPECT_EQ(counter, 500);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_once(void)
{
    counter++;
}

static void *do_once(void *unused)
{
    (void)unused;
    pthread_once(&once, count_once);
    return NULL;
}

CHECK(once_is_once)
{
    start(NR, do_once);
    join(NR);
    EXPECT_EQ(counter, 1);
}

CHECK(processes_share_locks)
{
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        int state;
    } *shared = check_shared(PAGE);
    pthread_mutexattr_t mutex_attributes;
    pthread_condattr_t cond_attributes;
    pthread_mutexattr_init(&mutex_attributes);
    pthread_mutexattr_setpshared(&mutex_attributes, PTHREAD_PROCESS_SHARED);
    pthread_condattr_init(&cond_attributes);
    pthread_condattr_setpshared(&cond_attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &mutex_attributes);
    pthread_cond_init(&shared->changed, &cond_attributes);
    pid_t child = OK(fork());
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&shared->mutex);
        while (shared->state % 2 != (child == 0))
            pthread_cond_wait(&shared->changed, &shared->mutex);
        shared->state++;
        pthread_cond_broadcast(&shared->changed);
        pthread_mutex_unlock(&shared->mutex);
    }
    if (child == 0)
        _exit(0);
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(shared->state, 200);
}

CHECK(robust_mutexes)
{
    pthread_mutex_t *shared = check_shared(PAGE);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(shared, &attributes);
    pid_t child = OK(fork());
    if (child == 0) {
        pthread_mutex_lock(shared);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(pthread_mutex_lock(shared), EOWNERDEAD);
    EXPECT_EQ(pthread_mutex_consistent(shared), 0);
    EXPECT_EQ(pthread_mutex_unlock(shared), 0);
}

CHECK(many_threads_one_after_another)
{
    for (int i = 0; i < 200; i++) {
        EXPECT_EQ(pthread_create(&threads[0], NULL, square, (void *)3l), 0);
        EXPECT_EQ(pthread_join(threads[0], NULL), 0);
    }
}
