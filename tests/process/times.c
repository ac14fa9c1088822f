/* Clocks, sleeping, random numbers. */
#include "check.h"
#include <sys/random.h>
#include <sys/time.h>
#include <sys/times.h>

static const clockid_t clocks[] = {
    CLOCK_REALTIME,      CLOCK_MONOTONIC,       CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID,
    CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE,   CLOCK_BOOTTIME};

static int64_t ns_of(struct timespec time)
{
    return time.tv_sec * 1000000000l + time.tv_nsec;
}

static int64_t now_of(clockid_t clock)
{
    struct timespec time;
    OK(syscall(SYS_clock_gettime, clock, &time));
    EXPECT(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return ns_of(time);
}

CHECK(clocks_do_not_go_back)
{
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int64_t last = now_of(clocks[i]);
        for (int n = 0; n < 1000; n++) {
            int64_t now = now_of(clocks[i]);
            EXPECT(now >= last);
            last = now;
        }
    }
}

CHECK(clocks_have_a_resolution)
{
    struct timespec time;
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        OK(clock_getres(clocks[i], &time));
        EXPECT(ns_of(time) >= 1 && ns_of(time) <= 1000000000);
    }
    OK(syscall(SYS_clock_getres, CLOCK_MONOTONIC, NULL));
    EXPECT_FAILS(EINVAL, syscall(SYS_clock_gettime, 99, &time));
    EXPECT_FAILS(EINVAL, syscall(SYS_clock_getres, 99, &time));
    EXPECT_FAILS(EFAULT, syscall(SYS_clock_gettime, CLOCK_MONOTONIC, BAD));
}

CHECK(the_calendar_says_the_same)
{
    struct timeval day;
    OK(gettimeofday(&day, NULL));
    int64_t clock = now_of(CLOCK_REALTIME) / 1000000000;
    EXPECT(clock - day.tv_sec <= 1 && time(NULL) - clock <= 1);
    EXPECT(now_of(CLOCK_BOOTTIME) >= now_of(CLOCK_MONOTONIC) - 1000000000);
}

CHECK(sleeping)
{
    struct timespec time = {0, 15000000}, bad = {0, 1000000000}, negative = {-1, 0};
    int64_t start = check_now_ns();
    OK(nanosleep(&time, NULL));
    EXPECT(check_now_ns() - start >= 15000000);
    start = check_now_ns();
    OK(clock_gettime(CLOCK_MONOTONIC, &time));
    time.tv_nsec += 10000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL), 0);
    EXPECT(check_now_ns() - start >= 9000000);
    EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL), 0);
    EXPECT_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL), 0);
    EXPECT_FAILS(EINVAL, nanosleep(&bad, NULL));
    EXPECT_FAILS(EINVAL, nanosleep(&negative, NULL));
    EXPECT_EQ(clock_nanosleep(99, 0, &time, NULL), EINVAL);
    EXPECT_FAILS(EFAULT, nanosleep(BAD, NULL));
}

CHECK(work_takes_time)
{
    struct tms before, after;
    clock_t start = OK(times(&before));
    int64_t used = now_of(CLOCK_PROCESS_CPUTIME_ID), thread = now_of(CLOCK_THREAD_CPUTIME_ID);
    int64_t wall = check_now_ns();
    while (now_of(CLOCK_PROCESS_CPUTIME_ID) - used < 60000000)
        ;
    EXPECT(now_of(CLOCK_THREAD_CPUTIME_ID) - thread >= 40000000);
    EXPECT(check_now_ns() - wall >= 40000000);
    EXPECT(times(&after) >= start);
    EXPECT(after.tms_utime + after.tms_stime > before.tms_utime + before.tms_stime);
    check_pause_ms(20);
    used = now_of(CLOCK_PROCESS_CPUTIME_ID);
    check_pause_ms(50);
    EXPECT(now_of(CLOCK_PROCESS_CPUTIME_ID) - used < 40000000);
}

CHECK(a_childs_time_is_its_own)
{
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT(now_of(CLOCK_PROCESS_CPUTIME_ID) < 1000000000);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(random_numbers)
{
    unsigned char a[256], b[256];
    unsigned ones = 0;
    EXPECT_EQ(getrandom(a, 256, 0), 256);
    EXPECT_EQ(getrandom(b, 256, GRND_NONBLOCK), 256);
    EXPECT(memcmp(a, b, 256) != 0);
    for (int i = 0; i < 256; i++)
        ones += (unsigned)__builtin_popcount(a[i]);
    EXPECT(ones > 700 && ones < 1350);
    EXPECT_EQ(getrandom(a, 0, 0), 0);
    EXPECT_EQ(getrandom(a, 16, GRND_RANDOM), 16);
    EXPECT_FAILS(EINVAL, getrandom(a, 1, 0x4000));
    EXPECT_FAILS(EFAULT, syscall(SYS_getrandom, BAD, 16, 0));
    EXPECT_FAILS(EFAULT, syscall(SYS_getrandom, (void *)-PAGE, 16, 0));
}

CHECK(random_devices)
{
    unsigned char a[64], b[64];
    int file = OK(open("/dev/urandom", O_RDONLY));
    EXPECT_EQ(read(file, a, 64), 64);
    EXPECT_EQ(read(file, b, 64), 64);
    EXPECT(memcmp(a, b, 64) != 0);
    OK(open("/dev/random", O_RDONLY));
}

CHECK(devices_of_nothing)
{
    char bytes[64] = "x";
    int null = OK(open("/dev/null", O_RDWR)), zero = OK(open("/dev/zero", O_RDWR));
    int full = OK(open("/dev/full", O_RDWR));
    EXPECT_EQ(write(null, bytes, 64), 64);
    EXPECT_EQ(read(null, bytes, 64), 0);
    EXPECT_EQ(read(zero, bytes, 64), 64);
    EXPECT_EQ(bytes[0], 0);
    EXPECT_FAILS(ENOSPC, write(full, bytes, 1));
    EXPECT_EQ(read(full, bytes, 64), 64);
}
