/* Pipes, named pipes, event counters. */
#include "check.h"
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

static int ready(int file, short events)
{
    struct pollfd poll_file = {.fd = file, .events = events};
    OK(poll(&poll_file, 1, 0));
    return poll_file.revents;
}

static int nonblocking_pipe(int ends[2])
{
    return (int)OK(pipe2(ends, O_NONBLOCK));
}

static char bytes[1 << 20];

CHECK(bytes_go_through)
{
    int ends[2], size;
    char text[16];
    OK(pipe(ends));
    EXPECT_EQ(write(ends[1], "hello", 5), 5);
    OK(ioctl(ends[0], FIONREAD, &size));
    EXPECT_EQ(size, 5);
    EXPECT_EQ(read(ends[0], text, 2), 2);
    EXPECT_EQ(read(ends[0], text, 16), 3);
    EXPECT(memcmp(text, "llo", 3) == 0);
    EXPECT_FAILS(EBADF, write(ends[0], "x", 1));
    EXPECT_FAILS(EBADF, read(ends[1], text, 1));
}

CHECK(a_pipes_end)
{
    int ends[2];
    OK(pipe(ends));
    EXPECT_EQ(write(ends[1], "a", 1), 1);
    OK(close(ends[1]));
    EXPECT_EQ(ready(ends[0], POLLIN), POLLIN | POLLHUP);
    EXPECT_EQ(read(ends[0], bytes, 16), 1);
    EXPECT_EQ(read(ends[0], bytes, 16), 0);
    EXPECT_EQ(ready(ends[0], POLLIN), POLLHUP);
}

CHECK(nobody_reads)
{
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    OK(pipe(ends));
    OK(close(ends[0]));
    EXPECT_EQ(ready(ends[1], POLLOUT), POLLOUT | POLLERR);
    EXPECT_FAILS(EPIPE, write(ends[1], "x", 1));
}

CHECK(flags_of_pipes)
{
    int ends[2];
    OK(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
    EXPECT_EQ(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(fcntl(ends[0], F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_RDONLY);
    EXPECT_EQ(fcntl(ends[1], F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_WRONLY);
    EXPECT_FAILS(EINVAL, syscall(SYS_pipe2, ends, O_APPEND));
    EXPECT_FAILS(EFAULT, syscall(SYS_pipe2, BAD, 0));
}

CHECK(an_empty_or_full_pipe_without_waiting)
{
    int ends[2];
    nonblocking_pipe(ends);
    EXPECT_FAILS(EAGAIN, read(ends[0], bytes, 1));
    EXPECT_EQ(ready(ends[0], POLLIN), 0);
    EXPECT_EQ(write(ends[1], bytes, sizeof bytes), 65536);
    EXPECT_FAILS(EAGAIN, write(ends[1], bytes, 1));
    EXPECT_EQ(ready(ends[1], POLLOUT), 0);
    EXPECT_EQ(read(ends[0], bytes, PAGE - 1), PAGE - 1);
    EXPECT_FAILS(EAGAIN, write(ends[1], bytes, 1));
    EXPECT_EQ(read(ends[0], bytes, 1), 1);
    EXPECT_EQ(ready(ends[1], POLLOUT), POLLOUT);
    EXPECT_EQ(write(ends[1], bytes, PIPE_BUF), PIPE_BUF);
}

CHECK(small_writes_are_whole)
{
    int ends[2];
    nonblocking_pipe(ends);
    for (int i = 0; i < 15; i++)
        EXPECT_EQ(write(ends[1], bytes, PAGE), PAGE);
    EXPECT_EQ(write(ends[1], bytes, 100), 100);
    EXPECT_FAILS(EAGAIN, write(ends[1], bytes, PIPE_BUF));
    EXPECT_EQ(write(ends[1], bytes, 3996), 3996);
}

CHECK(writers_wait_for_room)
{
    int ends[2];
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        for (unsigned i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)(i * 7 + (i >> 9));
        EXPECT_EQ(write(ends[1], bytes, sizeof bytes), sizeof bytes);
        _exit(0);
    }
    OK(close(ends[1]));
    unsigned at = 0;
    long size;
    while ((size = OK(read(ends[0], bytes, 50000))) > 0)
        for (long i = 0; i < size; i++, at++)
            EXPECT_EQ(bytes[i], (char)(at * 7 + (at >> 9)));
    EXPECT_EQ(at, sizeof bytes);
    EXPECT_EXITS(child, 0);
}

CHECK(atomic_writes_of_many_do_not_mix)
{
    enum { NR = 4, LINES = 100, WIDTH = 700 };
    int ends[2];
    char line[WIDTH];
    OK(pipe(ends));
    for (int i = 0; i < NR; i++) {
        if (OK(fork()))
            continue;
        memset(line, 'a' + i, WIDTH);
        for (int n = 0; n < LINES; n++)
            EXPECT_EQ(write(ends[1], line, WIDTH), WIDTH);
        _exit(0);
    }
    OK(close(ends[1]));
    int counts[NR] = {0};
    for (;;) {
        unsigned got = 0;
        long size = 1;
        while (got < WIDTH && (size = OK(read(ends[0], line + got, WIDTH - got))) > 0)
            got += (unsigned)size;
        if (size == 0)
            break;
        for (int i = 1; i < WIDTH; i++)
            EXPECT_EQ(line[i], line[0]);
        counts[line[0] - 'a']++;
    }
    for (int i = 0; i < NR; i++)
        EXPECT_EQ(counts[i], LINES);
    while (wait(NULL) > 0)
        ;
}

CHECK(pipes_change_their_size)
{
    int ends[2];
    nonblocking_pipe(ends);
    EXPECT_EQ(fcntl(ends[0], F_GETPIPE_SZ), 65536);
    EXPECT_EQ(fcntl(ends[1], F_SETPIPE_SZ, 5000), 8192);
    EXPECT_EQ(write(ends[1], bytes, 20000), 8192);
    EXPECT_FAILS(EBUSY, fcntl(ends[1], F_SETPIPE_SZ, 4096));
    EXPECT_EQ(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), 1 << 20);
    EXPECT_EQ(read(ends[0], bytes, sizeof bytes), 8192);
    EXPECT_EQ(write(ends[1], bytes, sizeof bytes), sizeof bytes);
    EXPECT_FAILS(EBADF, fcntl(OK(open("/", O_RDONLY)), F_GETPIPE_SZ));
}

CHECK(named_pipes_meet)
{
    char byte;
    check_directory();
    OK(mkfifo("p", 0666));
    pid_t child = OK(fork());
    if (child == 0) {
        int writes = OK(open("p", O_WRONLY));
        EXPECT_EQ(write(writes, "x", 1), 1);
        _exit(0);
    }
    int reads = OK(open("p", O_RDONLY));
    EXPECT_EQ(read(reads, &byte, 1), 1);
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(read(reads, &byte, 1), 0);
}

CHECK(named_pipes_without_waiting)
{
    char byte;
    check_directory();
    OK(mkfifo("p", 0666));
    EXPECT_FAILS(ENXIO, open("p", O_WRONLY | O_NONBLOCK));
    int reads = OK(open("p", O_RDONLY | O_NONBLOCK));
    EXPECT_EQ(read(reads, &byte, 1), 0);
    EXPECT_EQ(ready(reads, POLLIN), 0);
    int writes = OK(open("p", O_WRONLY | O_NONBLOCK));
    EXPECT_FAILS(EAGAIN, read(reads, &byte, 1));
    EXPECT_EQ(write(writes, "x", 1), 1);
    OK(close(writes));
    EXPECT_EQ(ready(reads, POLLIN), POLLIN | POLLHUP);
    int both = OK(open("p", O_RDWR));
    EXPECT_EQ(read(both, &byte, 1), 1);
    EXPECT_EQ(ready(both, POLLIN | POLLOUT), POLLOUT);
}

CHECK(vectors_through_pipes)
{
    int ends[2];
    char a[3], b[10];
    struct iovec out[] = {{"abc", 3}, {"def", 3}}, in[] = {{a, 3}, {b, 10}};
    OK(pipe(ends));
    EXPECT_EQ(writev(ends[1], out, 2), 6);
    EXPECT_EQ(readv(ends[0], in, 2), 6);
    EXPECT(memcmp(b, "def", 3) == 0);
}

CHECK(splicing)
{
    int from[2], to[2];
    OK(pipe(from));
    OK(pipe(to));
    EXPECT_EQ(write(from[1], "hello", 5), 5);
    if (splice(from[0], NULL, to[1], NULL, 3, 0) < 0 && errno == ENOSYS)
        SKIP("there is no splice");
    EXPECT_EQ(read(to[0], bytes, 10), 3);
    EXPECT_EQ(tee(from[0], to[1], 10, 0), 2);
    EXPECT_EQ(read(to[0], bytes, 10), 2);
    EXPECT_EQ(read(from[0], bytes, 10), 2);
}

static uint64_t counted(int file)
{
    uint64_t value = 0;
    EXPECT_EQ(read(file, &value, 8), 8);
    return value;
}

CHECK(event_counters)
{
    uint64_t two = 2, all = ~0ull, most = ~0ull - 1;
    int file = OK(eventfd(3, EFD_NONBLOCK));
    EXPECT_EQ(write(file, &two, 8), 8);
    EXPECT_EQ(ready(file, POLLIN | POLLOUT), POLLIN | POLLOUT);
    EXPECT_EQ(counted(file), 5);
    EXPECT_FAILS(EAGAIN, read(file, &two, 8));
    EXPECT_FAILS(EINVAL, write(file, &all, 8));
    EXPECT_EQ(write(file, &most, 8), 8);
    EXPECT_FAILS(EAGAIN, write(file, &two, 8));
    EXPECT_EQ(ready(file, POLLIN | POLLOUT), POLLIN);
    EXPECT_FAILS(EINVAL, read(file, &two, 4));
    EXPECT_FAILS(EINVAL, write(file, &two, 4));
    EXPECT_FAILS(EINVAL, eventfd(0, 0x4000));
}

CHECK(event_counters_as_semaphores)
{
    int file = OK(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
    uint64_t value;
    EXPECT_EQ(counted(file), 1);
    EXPECT_EQ(counted(file), 1);
    EXPECT_FAILS(EAGAIN, read(file, &value, 8));
}

CHECK(event_counters_wake)
{
    uint64_t one = 1;
    int file = OK(eventfd(0, 0));
    pid_t child = OK(fork());
    if (child == 0)
        _exit((int)counted(file));
    EXPECT_EQ(write(file, &one, 8), 8);
    EXPECT_EXITS(child, 1);
}
