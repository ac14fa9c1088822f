/* Bad arguments: pointers to nothing for every call that takes one, descriptors that are none. */
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

/* What a call is made of: numbers as they are, files and memory that make_good makes. */
enum {
    BAD_POINTER = 1 << 30, /* the argument that is tried */
    FILE_ARGUMENT,         /* a regular file, open */
    PIPE_TO_READ,          /* with bytes in it */
    PIPE_TO_WRITE,
    DIRECTORY_ARGUMENT,
    SOCKET_ARGUMENT, /* one of a pair, with bytes to be received */
    EPOLL_ARGUMENT,  /* in which something is ready */
    PATH,            /* of a file */
    SPACE,           /* a zeroed page */
    OWN_PID,
};

struct call {
    const char *name;
    long number;
    long arguments[6];
};

#define CALL(name, ...)                                                                            \
    {                                                                                              \
#name, SYS_##name,                                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const struct call calls[] = {
    CALL(read, FILE_ARGUMENT, BAD_POINTER, 4),
    CALL(read, PIPE_TO_READ, BAD_POINTER, 1),
    CALL(write, FILE_ARGUMENT, BAD_POINTER, 4),
    CALL(write, PIPE_TO_WRITE, BAD_POINTER, 4),
    CALL(pread64, FILE_ARGUMENT, BAD_POINTER, 4, 0),
    CALL(pwrite64, FILE_ARGUMENT, BAD_POINTER, 4, 0),
    CALL(readv, FILE_ARGUMENT, BAD_POINTER, 1),
    CALL(writev, FILE_ARGUMENT, BAD_POINTER, 1),
    CALL(preadv, FILE_ARGUMENT, BAD_POINTER, 1, 0, 0),
    CALL(openat, AT_FDCWD, BAD_POINTER, O_RDONLY),
    CALL(mkdirat, AT_FDCWD, BAD_POINTER, 0777),
    CALL(mknodat, AT_FDCWD, BAD_POINTER, S_IFREG | 0600, 0),
    CALL(unlinkat, AT_FDCWD, BAD_POINTER, 0),
    CALL(symlinkat, BAD_POINTER, AT_FDCWD, PATH),
    CALL(symlinkat, PATH, AT_FDCWD, BAD_POINTER),
    CALL(linkat, AT_FDCWD, BAD_POINTER, AT_FDCWD, PATH, 0),
    CALL(linkat, AT_FDCWD, PATH, AT_FDCWD, BAD_POINTER, 0),
    CALL(renameat2, AT_FDCWD, BAD_POINTER, AT_FDCWD, PATH, 0),
    CALL(renameat2, AT_FDCWD, PATH, AT_FDCWD, BAD_POINTER, 0),
    CALL(readlinkat, AT_FDCWD, BAD_POINTER, SPACE, 10),
    CALL(faccessat, AT_FDCWD, BAD_POINTER, 0),
    CALL(fchmodat, AT_FDCWD, BAD_POINTER, 0600),
    CALL(fchownat, AT_FDCWD, BAD_POINTER, -1, -1, 0),
    CALL(utimensat, AT_FDCWD, BAD_POINTER, 0, 0),
    CALL(utimensat, AT_FDCWD, PATH, BAD_POINTER, 0),
    CALL(truncate, BAD_POINTER, 0),
    CALL(statfs, BAD_POINTER, SPACE),
    CALL(statfs, PATH, BAD_POINTER),
    CALL(fstatfs, FILE_ARGUMENT, BAD_POINTER),
    CALL(fstat, FILE_ARGUMENT, BAD_POINTER),
    CALL(newfstatat, AT_FDCWD, BAD_POINTER, SPACE, 0),
    CALL(newfstatat, AT_FDCWD, PATH, BAD_POINTER, 0),
    CALL(statx, AT_FDCWD, PATH, 0, 0x7ff, BAD_POINTER),
    CALL(getdents64, DIRECTORY_ARGUMENT, BAD_POINTER, 4096),
    CALL(getcwd, BAD_POINTER, 4096),
    CALL(chdir, BAD_POINTER),
    CALL(execve, BAD_POINTER, 0, 0),
    CALL(pipe2, BAD_POINTER, 0),
    CALL(fcntl, FILE_ARGUMENT, F_GETLK, BAD_POINTER),
    CALL(sendfile, PIPE_TO_WRITE, FILE_ARGUMENT, BAD_POINTER, 1),
    CALL(ppoll, BAD_POINTER, 1, 0, 0, 8),
    CALL(ppoll, 0, 0, BAD_POINTER, 0, 8),
    CALL(ppoll, 0, 0, 0, BAD_POINTER, 8),
    CALL(pselect6, 8, BAD_POINTER, 0, 0, 0, 0),
    CALL(pselect6, 0, 0, 0, 0, BAD_POINTER, 0),
    CALL(epoll_ctl, EPOLL_ARGUMENT, EPOLL_CTL_ADD, PIPE_TO_WRITE, BAD_POINTER),
    CALL(epoll_pwait, EPOLL_ARGUMENT, BAD_POINTER, 1, 0, 0, 8),
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, BAD_POINTER),
    CALL(sendto, SOCKET_ARGUMENT, BAD_POINTER, 1, 0, 0, 0),
    CALL(recvfrom, SOCKET_ARGUMENT, BAD_POINTER, 1, 0, 0, 0),
    CALL(sendmsg, SOCKET_ARGUMENT, BAD_POINTER, 0),
    CALL(recvmsg, SOCKET_ARGUMENT, BAD_POINTER, 0),
    CALL(getsockname, SOCKET_ARGUMENT, SPACE, BAD_POINTER),
    CALL(getsockopt, SOCKET_ARGUMENT, SOL_SOCKET, SO_TYPE, SPACE, BAD_POINTER),
    CALL(setsockopt, SOCKET_ARGUMENT, SOL_SOCKET, SO_SNDBUF, BAD_POINTER, 4),
    CALL(rt_sigaction, SIGUSR1, BAD_POINTER, 0, 8),
    CALL(rt_sigaction, SIGUSR1, 0, BAD_POINTER, 8),
    CALL(rt_sigprocmask, SIG_BLOCK, BAD_POINTER, 0, 8),
    CALL(rt_sigprocmask, SIG_BLOCK, 0, BAD_POINTER, 8),
    CALL(rt_sigpending, BAD_POINTER, 8),
    CALL(rt_sigsuspend, BAD_POINTER, 8),
    CALL(rt_sigtimedwait, BAD_POINTER, 0, 0, 8),
    CALL(rt_sigqueueinfo, OWN_PID, SIGUSR1, BAD_POINTER),
    CALL(sigaltstack, BAD_POINTER, 0),
    CALL(getitimer, 0, BAD_POINTER),
    CALL(setitimer, 0, BAD_POINTER, 0),
    CALL(timer_create, CLOCK_MONOTONIC, BAD_POINTER, SPACE),
    CALL(timer_create, CLOCK_MONOTONIC, 0, BAD_POINTER),
    CALL(nanosleep, BAD_POINTER, 0),
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, BAD_POINTER, 0),
    CALL(clock_gettime, CLOCK_MONOTONIC, BAD_POINTER),
    CALL(clock_getres, CLOCK_MONOTONIC, BAD_POINTER),
    CALL(gettimeofday, BAD_POINTER, 0),
    CALL(times, BAD_POINTER),
    CALL(getrusage, RUSAGE_SELF, BAD_POINTER),
    CALL(prlimit64, 0, RLIMIT_NOFILE, BAD_POINTER, 0),
    CALL(prlimit64, 0, RLIMIT_NOFILE, 0, BAD_POINTER),
    CALL(sched_getaffinity, 0, 128, BAD_POINTER),
    CALL(sched_setaffinity, 0, 128, BAD_POINTER),
    CALL(getgroups, 64, BAD_POINTER),
    CALL(getresuid, BAD_POINTER, SPACE, SPACE),
    CALL(uname, BAD_POINTER),
    CALL(sysinfo, BAD_POINTER),
    CALL(getrandom, BAD_POINTER, 8, 0),
    CALL(mincore, SPACE, 4096, BAD_POINTER),
    CALL(futex, BAD_POINTER, 0, 0, 0, 0, 0),
    CALL(futex, SPACE, 0, 0, BAD_POINTER, 0, 0),
    CALL(memfd_create, BAD_POINTER, 0),
    CALL(prctl, 15 /* PR_SET_NAME */, BAD_POINTER),
    CALL(prctl, 16 /* PR_GET_NAME */, BAD_POINTER),
};

static int pipe_ends[2], sockets[2], file, directory, epoll;
static void *space;

static void make_good(void)
{
    check_directory();
    file = check_file("a", "hello");
    directory = OK(open(".", O_RDONLY));
    OK(pipe(pipe_ends));
    EXPECT_EQ(write(pipe_ends[1], "hello", 5), 5);
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
    EXPECT_EQ(write(sockets[1], "hello", 5), 5);
    epoll = OK(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLIN};
    OK(epoll_ctl(epoll, EPOLL_CTL_ADD, pipe_ends[0], &event));
    space = check_shared(PAGE);
    gid_t groups[] = {getegid()};
    if (geteuid() == 0)
        OK(syscall(SYS_setgroups, 1, groups));
}

static long argument_of(long kind, void *bad)
{
    switch (kind) {
    case BAD_POINTER:
        return (long)bad;
    case FILE_ARGUMENT:
        return file;
    case PIPE_TO_READ:
        return pipe_ends[0];
    case PIPE_TO_WRITE:
        return pipe_ends[1];
    case DIRECTORY_ARGUMENT:
        return directory;
    case SOCKET_ARGUMENT:
        return sockets[0];
    case EPOLL_ARGUMENT:
        return epoll;
    case PATH:
        return (long)"a";
    case SPACE:
        return (long)space;
    case OWN_PID:
        return getpid();
    default:
        return kind;
    }
}

static long made(const struct call *call, void *bad)
{
    long a[6];
    for (int i = 0; i < 6; i++)
        a[i] = argument_of(call->arguments[i], bad);
    return syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Without further groups there is nothing to be told. */
static bool is_getgroups(const struct call *call)
{
    return call->number == SYS_getgroups && getgroups(0, NULL) == 0;
}

static void expect_faults(void *bad, const char *what)
{
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        errno = 0;
        long result = made(&calls[i], bad);
        if ((result == -1 && errno == ENOSYS) || (result == 0 && is_getgroups(&calls[i])))
            continue;
        if (result != -1 || errno != EFAULT)
            FAIL("%s (call %u) with %s: %ld, %s", calls[i].name, i, what, result, strerror(errno));
    }
}

CHECK(pointers_to_nothing)
{
    make_good();
    expect_faults(BAD, "a small number");
}

CHECK(pointers_to_what_is_unmapped)
{
    make_good();
    char *memory = check_shared(PAGE);
    OK(munmap(memory, PAGE));
    expect_faults(memory, "an unmapped page");
}

CHECK(pointers_into_the_kernel)
{
    make_good();
    expect_faults((void *)-4096l, "the kernel's last page");
    expect_faults((void *)(1ul << 63), "the kernel's half");
    expect_faults((void *)-8l, "the last address");
}

CHECK(pointers_to_what_must_not_be_touched)
{
    make_good();
    char *memory = check_shared(PAGE);
    OK(mprotect(memory, PAGE, PROT_NONE));
    expect_faults(memory, "a page without rights");
}

CHECK(what_ends_at_the_end_of_a_page_is_taken)
{
    make_good();
    char *memory = check_shared(2 * PAGE);
    OK(munmap(memory + PAGE, PAGE));
    strcpy(memory + PAGE - 2, "a");
    OK(syscall(SYS_openat, AT_FDCWD, memory + PAGE - 2, O_RDONLY));
    memory[PAGE - 1] = 'a';
    EXPECT_FAILS(EFAULT, syscall(SYS_openat, AT_FDCWD, memory + PAGE - 2, O_RDONLY));
    EXPECT_EQ(write(file, memory + PAGE - 3, 3), 3);
    EXPECT_FAILS(EFAULT, syscall(SYS_fstat, file, memory + PAGE - 8));
}

CHECK(what_can_be_moved_is_moved)
{
    make_good();
    char *memory = check_shared(2 * PAGE);
    OK(munmap(memory + PAGE, PAGE));
    EXPECT_EQ(read(pipe_ends[0], memory + PAGE - 3, 3), 3);
    EXPECT_FAILS(EFAULT, read(pipe_ends[0], memory + PAGE, 2));
    struct iovec vector[] = {{memory, 3}, {memory + PAGE, 3}};
    EXPECT_EQ(pwritev(file, vector, 2, 0), 3);
}

CHECK(descriptors_that_are_none)
{
    static const long numbers[] = {
        SYS_read,      SYS_write,      SYS_close,   SYS_fstat,      SYS_lseek,     SYS_dup,
        SYS_fcntl,     SYS_ioctl,      SYS_fsync,   SYS_fchdir,     SYS_fchmod,    SYS_fchown,
        SYS_pread64,   SYS_pwrite64,   SYS_readv,   SYS_writev,     SYS_ftruncate, SYS_fstatfs,
        SYS_fdatasync, SYS_getdents64, SYS_accept,  SYS_epoll_ctl,  SYS_sendto,    SYS_recvfrom,
        SYS_listen,    SYS_shutdown,   SYS_sendmsg, SYS_epoll_pwait};
    struct epoll_event event[8] = {{0}};
    const long bad[] = {-1, 99, 1 << 20, 1l << 31};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (unsigned n = 0; n < sizeof bad / sizeof *bad; n++) {
            errno = 0;
            long result = syscall(numbers[i], bad[n], event, 1, event, 0, 0);
            if (result != -1 || errno != EBADF)
                FAIL("call %ld of file %ld: %ld, %s", numbers[i], bad[n], result, strerror(errno));
        }
}

CHECK(children_are_waited_for_into_nothing)
{
    pid_t child = OK(fork());
    if (child == 0)
        _exit(0);
    EXPECT_FAILS(EFAULT, syscall(SYS_waitid, P_ALL, 0, BAD, WEXITED | WNOWAIT, NULL));
    EXPECT_FAILS(EFAULT, syscall(SYS_wait4, child, BAD, 0, NULL));
    EXPECT_FAILS(ECHILD, wait(NULL));
}

CHECK(lengths_beyond_all_memory)
{
    make_good();
    struct iovec vector[] = {{space, 1ul << 62}, {space, 1ul << 62}};
    EXPECT_FAILS(EFAULT, readv(pipe_ends[0], vector, 2));
    vector[0].iov_len = vector[1].iov_len = 1ul << 31;
    EXPECT_EQ(readv(pipe_ends[0], vector, 2), 5);
    vector[1].iov_len = 1ul << 63;
    EXPECT_FAILS(EINVAL, readv(pipe_ends[0], vector, 2));
    EXPECT_FAILS(EFAULT, read(file, BAD, -1ul >> 1));
    EXPECT_FAILS(EINVAL, syscall(SYS_ppoll, space, 1u << 31, NULL, NULL, 8));
}
