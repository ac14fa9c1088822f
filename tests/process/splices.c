/* splices: splice, tee, vmsplice, and sendfile and copy_file_range where they meet pipes, flags and
 * places: what moves, what waits, and that nothing is lost where it cannot move. */
#include "check.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { READ, WRITE, ROOM = 65536 };

static void put(int file, const char *text)
{
    EXPECT_EQ(write(file, text, strlen(text)), strlen(text));
}

static void expect_next(int file, const char *text)
{
    char got[128] = "";
    EXPECT_EQ(read(file, got, strlen(text)), strlen(text));
    if (strcmp(got, text) != 0)
        FAIL("\"%s\" comes, not \"%s\"", got, text);
}

static void expect_empty(int file)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN};
    EXPECT_EQ(OK(poll(&poll_file, 1, 0)), 0);
}

static void expect_text(int file, const char *text)
{
    char got[128] = "";
    EXPECT_EQ(pread(file, got, sizeof got - 1, 0), strlen(text));
    if (strcmp(got, text) != 0)
        FAIL("the file holds \"%s\", not \"%s\"", got, text);
}

/* All that there is room for. */
static long fill(int file)
{
    static char bytes[PAGE];
    long total = 0, n;
    OK(fcntl(file, F_SETFL, O_NONBLOCK));
    while ((n = write(file, bytes, sizeof bytes)) > 0)
        total += n;
    EXPECT_EQ(errno, EAGAIN);
    OK(fcntl(file, F_SETFL, 0));
    return total;
}

static int is_blocked(pid_t child)
{
    check_pause_ms(10);
    return waitpid(child, NULL, WNOHANG) == 0;
}

/* ---- a pipe and a file ---- */

CHECK(from_a_pipe_to_a_file)
{
    int ends[2];
    check_directory();
    OK(pipe(ends));
    int file = check_file("a", "0123456789");
    put(ends[WRITE], "abcdef");
    EXPECT_EQ(splice(ends[READ], NULL, file, NULL, 2, 0), 2);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 2);
    off_t at = 7;
    EXPECT_EQ(splice(ends[READ], NULL, file, &at, 3, 0), 3);
    EXPECT_EQ(at, 10);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 2);
    expect_text(file, "ab23456cde");
    EXPECT_EQ(splice(ends[READ], NULL, file, &at, 100, 0), 1);
    expect_text(file, "ab23456cdef");
    expect_empty(ends[READ]);
    EXPECT_EQ(splice(ends[READ], NULL, file, NULL, 0, 0), 0);
    OK(close(ends[WRITE]));
    EXPECT_EQ(splice(ends[READ], NULL, file, NULL, 100, 0), 0);
}

CHECK(from_a_file_to_a_pipe)
{
    int ends[2];
    check_directory();
    OK(pipe(ends));
    int file = check_file("a", "hello world");
    EXPECT_EQ(splice(file, NULL, ends[WRITE], NULL, 5, 0), 5);
    off_t at = 8;
    EXPECT_EQ(splice(file, &at, ends[WRITE], NULL, 100, 0), 3);
    EXPECT_EQ(at, 11);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 5);
    EXPECT_EQ(splice(file, &at, ends[WRITE], NULL, 100, 0), 0);
    expect_next(ends[READ], "hellorld");
    expect_empty(ends[READ]);
}

CHECK(much_goes_as_far_as_there_is_room)
{
    int ends[2];
    char page[PAGE];
    check_directory();
    OK(pipe(ends));
    int file = check_file("a", "");
    for (int i = 0; i < 40; i++) {
        memset(page, i, sizeof page);
        EXPECT_EQ(write(file, page, sizeof page), sizeof page);
    }
    OK(lseek(file, 0, SEEK_SET));
    EXPECT_EQ(splice(file, NULL, ends[WRITE], NULL, 40 * PAGE, 0), ROOM);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), ROOM);
    EXPECT_FAILS(EAGAIN, splice(file, NULL, ends[WRITE], NULL, 1, SPLICE_F_NONBLOCK));
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), ROOM);
    for (int i = 0; i < 16; i++) {
        EXPECT_EQ(read(ends[READ], page, sizeof page), sizeof page);
        EXPECT(page[0] == i && page[PAGE - 1] == i);
    }
}

CHECK(what_a_file_does_not_take_stays)
{
    int ends[2];
    check_directory();
    OK(pipe(ends));
    int file = check_file("a", "");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {4, 4};
    OK(setrlimit(RLIMIT_FSIZE, &limit));
    put(ends[WRITE], "abcdef");
    off_t at = 10;
    EXPECT_FAILS(EFBIG, splice(ends[READ], NULL, file, &at, 6, 0));
    EXPECT_EQ(at, 10);
    EXPECT_EQ(splice(ends[READ], NULL, file, NULL, 4, 0), 4);
    EXPECT_FAILS(EFBIG, splice(ends[READ], NULL, file, NULL, 2, 0));
    expect_text(file, "abcd");
    expect_next(ends[READ], "ef");
}

CHECK(devices)
{
    int ends[2], zero = (int)OK(open("/dev/zero", O_RDONLY)), null = (int)OK(open("/dev/null", 1));
    char bytes[8] = "xxxxxxx";
    OK(pipe(ends));
    EXPECT_EQ(splice(zero, NULL, ends[WRITE], NULL, 12, 0), 12);
    EXPECT_EQ(read(ends[READ], bytes, 8), 8);
    EXPECT(memcmp(bytes, "\0\0\0\0\0\0\0\0", 8) == 0);
    EXPECT_EQ(splice(ends[READ], NULL, null, NULL, 100, 0), 4);
    expect_empty(ends[READ]);
}

/* ---- two pipes ---- */

CHECK(from_a_pipe_to_a_pipe)
{
    int first[2], second[2], third[2];
    OK(pipe(first));
    OK(pipe(second));
    OK(pipe(third));
    put(first[WRITE], "abcdef");
    EXPECT_EQ(splice(first[READ], NULL, second[WRITE], NULL, 4, 0), 4);
    expect_next(second[READ], "abcd");
    EXPECT_EQ(splice(first[READ], NULL, second[WRITE], NULL, 100, 0), 2);
    expect_next(second[READ], "ef");
    expect_empty(first[READ]);
    EXPECT_FAILS(EAGAIN, splice(first[READ], NULL, second[WRITE], NULL, 1, SPLICE_F_NONBLOCK));
    put(first[WRITE], "g");
    fill(second[WRITE]);
    EXPECT_FAILS(EAGAIN, splice(first[READ], NULL, second[WRITE], NULL, 1, SPLICE_F_NONBLOCK));
    expect_next(first[READ], "g");
    OK(close(first[WRITE]));
    EXPECT_EQ(splice(first[READ], NULL, third[WRITE], NULL, 1, SPLICE_F_NONBLOCK), 0);
}

CHECK(tee_leaves_what_it_copies)
{
    int first[2], second[2];
    OK(pipe(first));
    OK(pipe(second));
    put(first[WRITE], "abc");
    put(first[WRITE], "def");
    EXPECT_EQ(tee(first[READ], second[WRITE], 100, 0), 6);
    EXPECT_EQ(tee(first[READ], second[WRITE], 2, 0), 2);
    expect_next(second[READ], "abcdefab");
    expect_next(first[READ], "abcdef");
    EXPECT_FAILS(EAGAIN, tee(first[READ], second[WRITE], 1, SPLICE_F_NONBLOCK));
    EXPECT_EQ(tee(first[READ], second[WRITE], 0, 0), 0);
    OK(close(first[WRITE]));
    EXPECT_EQ(tee(first[READ], second[WRITE], 1, 0), 0);
}

CHECK(tee_errors)
{
    int first[2], second[2], null = (int)OK(open("/dev/null", O_RDWR));
    OK(pipe(first));
    OK(pipe(second));
    EXPECT_FAILS(EINVAL, tee(first[READ], first[WRITE], 1, 0));
    EXPECT_FAILS(EINVAL, tee(first[READ], null, 1, 0));
    EXPECT_FAILS(EINVAL, tee(null, first[WRITE], 1, 0));
    EXPECT_FAILS(EINVAL, tee(first[READ], second[WRITE], 1, 64));
    EXPECT_FAILS(EBADF, tee(first[READ], second[READ], 1, 0));
    EXPECT_FAILS(EBADF, tee(first[WRITE], second[WRITE], 1, 0));
    EXPECT_FAILS(EBADF, tee(-1, second[WRITE], 1, 0));
}

/* ---- memory ---- */

CHECK(memory_to_a_pipe_and_back)
{
    int ends[2];
    char a[4] = "", b[8] = "";
    struct iovec out[] = {{"ab", 2}, {NULL, 0}, {"cdef", 4}}, in[] = {{a, 3}, {b, 8}};
    OK(pipe(ends));
    EXPECT_EQ(vmsplice(ends[WRITE], out, 3, 0), 6);
    EXPECT_EQ(vmsplice(ends[READ], in, 2, 0), 6);
    EXPECT(strcmp(a, "abc") == 0 && strcmp(b, "def") == 0);
    EXPECT_EQ(vmsplice(ends[WRITE], out, 0, 0), 0);
    EXPECT_FAILS(EAGAIN, vmsplice(ends[READ], in, 2, SPLICE_F_NONBLOCK));
    fill(ends[WRITE]);
    EXPECT_FAILS(EAGAIN, vmsplice(ends[WRITE], out, 1, SPLICE_F_NONBLOCK));
}

CHECK(memory_errors)
{
    int ends[2], null = (int)OK(open("/dev/null", O_RDWR));
    struct iovec bad = {BAD, 4}, good = {"ab", 2};
    OK(pipe(ends));
    EXPECT_FAILS(EBADF, vmsplice(null, &good, 1, 0));
    EXPECT_FAILS(EBADF, vmsplice(-1, &good, 1, 0));
    EXPECT_FAILS(EINVAL, vmsplice(ends[WRITE], &good, 1, 64));
    EXPECT_FAILS(EINVAL, vmsplice(ends[WRITE], &good, 1025, 0));
    EXPECT_FAILS(EFAULT, vmsplice(ends[WRITE], &bad, 1, 0));
    EXPECT_FAILS(EFAULT, vmsplice(ends[WRITE], BAD, 1, 0));
    expect_empty(ends[READ]);
}

/* ---- waiting ---- */

CHECK(splice_waits_for_bytes)
{
    int first[2], second[2];
    OK(pipe(first));
    OK(pipe(second));
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(splice(first[READ], NULL, second[WRITE], NULL, 100, 0), 3);
        EXPECT_EQ(tee(first[READ], second[WRITE], 100, 0), 2);
        _exit(0);
    }
    EXPECT(is_blocked(child));
    put(first[WRITE], "abc");
    expect_next(second[READ], "abc");
    EXPECT(is_blocked(child));
    put(first[WRITE], "de");
    expect_next(second[READ], "de");
    EXPECT_EXITS(child, 0);
}

CHECK(splice_waits_for_room)
{
    static char bytes[ROOM];
    int first[2], second[2];
    OK(pipe(first));
    OK(pipe(second));
    long there = fill(second[WRITE]);
    put(first[WRITE], "abc");
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(splice(first[READ], NULL, second[WRITE], NULL, 100, 0), 3);
        _exit(0);
    }
    EXPECT(is_blocked(child));
    while (there > 0)
        there -= OK(read(second[READ], bytes, sizeof bytes));
    expect_next(second[READ], "abc");
    EXPECT_EXITS(child, 0);
}

static void nothing(int signal)
{
    (void)signal;
}

CHECK(a_signal_ends_the_waiting)
{
    int first[2], second[2];
    OK(pipe(first));
    OK(pipe(second));
    struct sigaction action = {.sa_handler = nothing};
    OK(sigaction(SIGALRM, &action, NULL));
    ualarm(5000, 5000);
    EXPECT_FAILS(EINTR, splice(first[READ], NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EINTR, tee(first[READ], second[WRITE], 1, 0));
}

CHECK(nonblocking_descriptions)
{
    int first[2], second[2];
    check_directory();
    int file = check_file("a", "abc");
    OK(pipe2(first, O_NONBLOCK));
    OK(pipe(second));
    EXPECT_FAILS(EAGAIN, splice(first[READ], NULL, file, NULL, 1, 0));
    EXPECT_FAILS(EAGAIN, splice(first[READ], NULL, second[WRITE], NULL, 1, 0));
    fill(first[WRITE]);
    OK(fcntl(first[WRITE], F_SETFL, O_NONBLOCK));
    EXPECT_FAILS(EAGAIN, splice(file, NULL, first[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EAGAIN, sendfile(first[WRITE], file, NULL, 1));
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 0);
}

/* ---- sockets ---- */

CHECK(sockets_give_what_is_there)
{
    int pair[2], ends[2];
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    OK(pipe(ends));
    put(pair[0], "abc");
    EXPECT_EQ(splice(pair[1], NULL, ends[WRITE], NULL, 100, 0), 3);
    expect_next(ends[READ], "abc");
    EXPECT_FAILS(EAGAIN, splice(pair[1], NULL, ends[WRITE], NULL, 1, SPLICE_F_NONBLOCK));
    put(ends[WRITE], "def");
    EXPECT_EQ(splice(ends[READ], NULL, pair[1], NULL, 100, 0), 3);
    expect_next(pair[0], "def");
    OK(close(pair[0]));
    EXPECT_EQ(splice(pair[1], NULL, ends[WRITE], NULL, 100, 0), 0);
}

static unsigned next_byte(unsigned *state)
{
    return (*state = *state * 1103515245u + 12345u) >> 16 & 0xff;
}

/* From here through a pipe, a socket and another pipe, each moved by a process of its own. */
CHECK(nothing_is_lost_on_a_long_way)
{
    enum { TOTAL = 3 << 20 };
    int first[2], second[2], pair[2];
    unsigned written = 7, wanted = 7;
    unsigned char bytes[3000];
    OK(pipe(first));
    OK(pipe(second));
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    int ways[2][2] = {{first[READ], pair[0]}, {pair[1], second[WRITE]}};
    for (int i = 0; i < 2; i++)
        if (OK(fork()) == 0) {
            for (long moved = 0; moved < TOTAL;)
                moved += OK(splice(ways[i][0], NULL, ways[i][1], NULL, 10000 + 777 * i, 0));
            _exit(0);
        }
    if (OK(fork()) == 0) {
        for (int left = TOTAL, n; left > 0; left -= n) {
            n = left < 3000 ? left : 1 + left % 2999;
            for (int i = 0; i < n; i++)
                bytes[i] = (unsigned char)next_byte(&written);
            EXPECT_EQ(write(first[WRITE], bytes, (size_t)n), n);
        }
        _exit(0);
    }
    for (long got = 0; got < TOTAL;) {
        long n = OK(read(second[READ], bytes, sizeof bytes));
        for (long i = 0; i < n; i++)
            if (bytes[i] != next_byte(&wanted))
                FAIL("byte %ld is wrong", got + i);
        got += n;
    }
    for (int i = 0; i < 3; i++) {
        int status;
        OK(wait(&status));
        EXPECT_EQ(status, 0);
    }
}

/* Two processes move bytes between the same two pipes, to and fro. */
CHECK(pipes_in_a_circle)
{
    int first[2], second[2];
    char byte;
    OK(pipe(first));
    OK(pipe(second));
    for (int i = 0; i < 1000; i++)
        put(first[WRITE], "x");
    pid_t there = OK(fork());
    if (there == 0)
        for (;;)
            OK(splice(first[READ], NULL, second[WRITE], NULL, 7, 0));
    pid_t back = OK(fork());
    if (back == 0)
        for (;;)
            OK(splice(second[READ], NULL, first[WRITE], NULL, 11, 0));
    check_pause_ms(200);
    OK(kill(there, SIGKILL));
    OK(kill(back, SIGKILL));
    EXPECT_KILLED(there, SIGKILL);
    EXPECT_KILLED(back, SIGKILL);
    int count = 0;
    OK(close(first[WRITE]));
    OK(close(second[WRITE]));
    while (OK(read(first[READ], &byte, 1)) == 1)
        count++;
    while (OK(read(second[READ], &byte, 1)) == 1)
        count++;
    EXPECT_EQ(count, 1000);
}

/* ---- errors ---- */

CHECK(no_reader)
{
    int first[2], second[2];
    check_directory();
    int file = check_file("a", "abc");
    OK(pipe(first));
    OK(pipe(second));
    put(first[WRITE], "abc");
    OK(close(second[READ]));
    pid_t child = OK(fork());
    if (child == 0) {
        splice(file, NULL, second[WRITE], NULL, 1, 0);
        _exit(0);
    }
    EXPECT_KILLED(child, SIGPIPE);
    signal(SIGPIPE, SIG_IGN);
    EXPECT_FAILS(EPIPE, splice(file, NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EPIPE, splice(first[READ], NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EPIPE, tee(first[READ], second[WRITE], 1, 0));
    expect_next(first[READ], "abc");
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 0);
}

CHECK(splice_errors)
{
    int first[2], second[2];
    off_t at = 0, negative = -1;
    check_directory();
    int file = check_file("a", "abc"), other = check_file("b", "");
    int appended = (int)OK(open("b", O_WRONLY | O_APPEND)),
        directory = (int)OK(open(".", O_RDONLY));
    OK(pipe(first));
    OK(pipe(second));
    put(first[WRITE], "abc");
    EXPECT_FAILS(EINVAL, splice(file, NULL, other, NULL, 1, 0));
    EXPECT_FAILS(EINVAL, splice(first[READ], NULL, first[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EINVAL, splice(first[READ], NULL, other, NULL, 1, 64));
    EXPECT_FAILS(EINVAL, splice(first[READ], NULL, appended, NULL, 1, 0));
    EXPECT_FAILS(EINVAL, splice(first[READ], NULL, other, &negative, 1, 0));
    EXPECT_FAILS(EINVAL, splice(file, &negative, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EINVAL, splice(directory, NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(ESPIPE, splice(first[READ], &at, other, NULL, 1, 0));
    EXPECT_FAILS(ESPIPE, splice(file, NULL, second[WRITE], &at, 1, 0));
    EXPECT_FAILS(EBADF, splice(-1, NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EBADF, splice(file, NULL, -1, NULL, 1, 0));
    EXPECT_FAILS(EBADF, splice(appended, NULL, second[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EBADF, splice(first[READ], NULL, directory, NULL, 1, 0));
    EXPECT_FAILS(EFAULT, splice(first[READ], NULL, other, BAD, 1, 0));
    expect_next(first[READ], "abc");
    EXPECT_EQ(splice(-1, NULL, -1, NULL, 0, 64), 0);
}

/* ---- sendfile, copy_file_range ---- */

CHECK(sendfile_to_a_pipe)
{
    static char bytes[2 * ROOM];
    int ends[2];
    check_directory();
    int file = check_file("a", "");
    EXPECT_EQ(write(file, bytes, sizeof bytes), sizeof bytes);
    OK(pipe(ends));
    off_t at = 0;
    EXPECT_EQ(sendfile(ends[WRITE], file, &at, sizeof bytes), ROOM);
    EXPECT_EQ(at, ROOM);
    EXPECT_EQ(read(ends[READ], bytes, sizeof bytes), ROOM);
    at = 2 * ROOM - 3;
    EXPECT_EQ(sendfile(ends[WRITE], file, &at, 100), 3);
    EXPECT_EQ(sendfile(ends[WRITE], file, &at, 100), 0);
}

CHECK(sendfile_errors)
{
    int ends[2];
    off_t at = 0, negative = -1;
    check_directory();
    int file = check_file("a", "abc");
    int appended = (int)OK(open("b", O_WRONLY | O_APPEND | O_CREAT, 0600));
    OK(pipe(ends));
    put(ends[WRITE], "abc");
    EXPECT_FAILS(EINVAL, sendfile(appended, file, NULL, 1));
    EXPECT_FAILS(EINVAL, sendfile(file, ends[READ], NULL, 1));
    EXPECT_FAILS(ESPIPE, sendfile(file, ends[READ], &at, 1));
    EXPECT_FAILS(EBADF, sendfile(file, appended, NULL, 1));
    EXPECT_FAILS(EBADF, sendfile(ends[READ], file, NULL, 1));
    EXPECT_FAILS(EINVAL, sendfile(ends[WRITE], file, &negative, 1));
    expect_next(ends[READ], "abc");
}

CHECK(copies_within_a_file)
{
    check_directory();
    int file = check_file("a", "0123456789");
    off_t from = 0, into = 5;
    EXPECT_EQ(copy_file_range(file, &from, file, &into, 5, 0), 5);
    expect_text(file, "0123401234");
    from = 0, into = 4;
    EXPECT_FAILS(EINVAL, copy_file_range(file, &from, file, &into, 5, 0));
    from = 4, into = 0;
    EXPECT_FAILS(EINVAL, copy_file_range(file, &from, file, &into, 5, 0));
    from = 8, into = 10; /* there are two bytes */
    EXPECT_EQ(copy_file_range(file, &from, file, &into, 100, 0), 2);
    expect_text(file, "012340123434");
}

CHECK(copies_that_cannot_be)
{
    int ends[2];
    off_t negative = -1, far = 1l << 61;
    check_directory();
    int file = check_file("a", "abc"), directory = (int)OK(open(".", O_RDONLY));
    int appended = (int)OK(open("b", O_RDWR | O_APPEND | O_CREAT, 0600));
    OK(pipe(ends));
    EXPECT_FAILS(EBADF, copy_file_range(file, NULL, appended, NULL, 1, 0));
    EXPECT_FAILS(EISDIR, copy_file_range(file, NULL, directory, NULL, 1, 0));
    EXPECT_FAILS(EISDIR, copy_file_range(directory, NULL, file, NULL, 1, 0));
    EXPECT_FAILS(EINVAL, copy_file_range(file, NULL, ends[WRITE], NULL, 1, 0));
    EXPECT_FAILS(EINVAL, copy_file_range(file, &negative, appended, NULL, 1, 1));
    EXPECT_EQ(copy_file_range(file, &far, check_file("c", ""), NULL, 1, 0), 0);
    expect_text(file, "abc");
}
