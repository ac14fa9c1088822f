/* c_threads_stubs.c: each function is a test; it returns what did not hold, or "". The domain's
 * lock is kept: the threads made here know nothing of OCaml. */
#include <caml/alloc.h>
#include <caml/mlvalues.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000ll
#define STRING(x) #x
#define LINE_OF(n) "line " STRING(n) ": "
#define HOLDS(what)                                                                                \
    do {                                                                                           \
        if (!(what))                                                                               \
            return caml_copy_string(LINE_OF(__LINE__) #what);                                      \
    } while (0)

static int64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return at.tv_sec * NS_PER_S + at.tv_nsec;
}

static struct timespec after_ns(int64_t ns)
{
    int64_t at = now_ns() + ns;
    return (struct timespec){.tv_sec = at / NS_PER_S, .tv_nsec = at % NS_PER_S};
}

/* What trylock says to another thread. */
static void *try(void *mutex)
{
    int result = pthread_mutex_trylock(mutex);
    if (result == 0)
        pthread_mutex_unlock(mutex);
    return (void *)(intptr_t)result;
}

static int tried_by_another(pthread_mutex_t *mutex)
{
    pthread_t thread;
    void *result;
    if (pthread_create(&thread, NULL, try, mutex) || pthread_join(thread, &result))
        return -1;
    return (int)(intptr_t)result;
}

static void init(pthread_mutex_t *mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutex_init(mutex, &attributes);
}

value recursive_mutex(value unit)
{
    pthread_mutex_t m;
    init(&m, PTHREAD_MUTEX_RECURSIVE);
    for (int i = 0; i < 3; i++)
        HOLDS((i < 2 ? pthread_mutex_lock(&m) : pthread_mutex_trylock(&m)) == 0);
    for (int i = 0; i < 3; i++) {
        HOLDS(tried_by_another(&m) == EBUSY);
        HOLDS(pthread_mutex_unlock(&m) == 0);
    }
    HOLDS(tried_by_another(&m) == 0);
    HOLDS(pthread_mutex_unlock(&m) == EPERM);
    return caml_copy_string("");
}

value checked_mutex(value unit)
{
    pthread_mutex_t m;
    init(&m, PTHREAD_MUTEX_ERRORCHECK);
    HOLDS(pthread_mutex_unlock(&m) == EPERM);
    HOLDS(pthread_mutex_lock(&m) == 0);
    HOLDS(pthread_mutex_lock(&m) == EDEADLK);
    HOLDS(pthread_mutex_trylock(&m) == EBUSY);
    HOLDS(tried_by_another(&m) == EBUSY);
    HOLDS(pthread_mutex_unlock(&m) == 0);
    HOLDS(tried_by_another(&m) == 0);
    return caml_copy_string("");
}

value timed_wait_expires(value unit)
{
    pthread_mutex_t m;
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    init(&m, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_lock(&m);
    struct timespec wrong = {.tv_nsec = NS_PER_S}, past = {0};
    HOLDS(pthread_cond_timedwait(&c, &m, &wrong) == EINVAL);
    HOLDS(pthread_cond_timedwait(&c, &m, &past) == ETIMEDOUT);
    int64_t before = now_ns();
    struct timespec until = after_ns(20000000);
    HOLDS(pthread_cond_timedwait(&c, &m, &until) == ETIMEDOUT);
    HOLDS(now_ns() - before >= 20000000);
    HOLDS(pthread_mutex_unlock(&m) == 0); /* it is ours again */
    HOLDS(pthread_cond_destroy(&c) == 0);
    return caml_copy_string("");
}

/* ---- waiters in threads of their own ---- */

struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t *go, ready;
    int waiting, gone, expired;
    int is_on;
};

static void *wait_until_on(void *arg)
{
    struct meeting *meeting = arg;
    struct timespec until = after_ns(600 * NS_PER_S);
    pthread_mutex_lock(&meeting->mutex);
    meeting->waiting++;
    pthread_cond_signal(&meeting->ready);
    while (!meeting->is_on && !meeting->expired)
        meeting->expired |= pthread_cond_timedwait(meeting->go, &meeting->mutex, &until) != 0;
    meeting->gone++;
    pthread_mutex_unlock(&meeting->mutex);
    return NULL;
}

#define WAITERS 4

static int start(struct meeting *meeting, pthread_t *threads, int count)
{
    init(&meeting->mutex, PTHREAD_MUTEX_ERRORCHECK);
    pthread_cond_init(meeting->go, NULL);
    pthread_cond_init(&meeting->ready, NULL);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, wait_until_on, meeting))
            return -1;
    pthread_mutex_lock(&meeting->mutex);
    while (meeting->waiting < count)
        pthread_cond_wait(&meeting->ready, &meeting->mutex);
    return 0;
}

static void join(pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

value timed_wait_signaled(value unit)
{
    pthread_cond_t go;
    struct meeting meeting = {.go = &go};
    pthread_t thread;
    HOLDS(start(&meeting, &thread, 1) == 0);
    meeting.is_on = 1;
    pthread_cond_signal(&go);
    pthread_mutex_unlock(&meeting.mutex);
    join(&thread, 1);
    HOLDS(meeting.gone == 1 && !meeting.expired);
    return caml_copy_string("");
}

/* Its memory is something else at once, while those that waited on it have yet to run. */
value destroy_after_broadcast(value unit)
{
    for (int round = 0; round < 100; round++) {
        pthread_cond_t go;
        struct meeting meeting = {.go = &go};
        pthread_t threads[WAITERS];
        unsigned char used[sizeof go];
        HOLDS(start(&meeting, threads, WAITERS) == 0);
        meeting.is_on = 1;
        pthread_cond_broadcast(&go);
        HOLDS(pthread_cond_destroy(&go) == 0);
        memset(&go, 0x55, sizeof go);
        pthread_mutex_unlock(&meeting.mutex);
        join(threads, WAITERS);
        memset(used, 0x55, sizeof used);
        HOLDS(memcmp(&go, used, sizeof go) == 0);
        HOLDS(meeting.gone == WAITERS && !meeting.expired);
    }
    return caml_copy_string("");
}
