/* Calls that only some architectures have beside those that all have: each does the same. */
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#ifdef SYS_open
CHECK(files_by_old_calls)
{
    check_directory();
    int file = OK(syscall(SYS_open, "a", O_RDWR | O_CREAT, 0600));
    EXPECT_EQ(write(file, "hello", 5), 5);
    int other = OK(syscall(SYS_creat, "b", 0600));
    EXPECT_EQ(fcntl(other, F_GETFL) & O_ACCMODE, O_WRONLY);
    OK(syscall(SYS_access, "a", R_OK));
    OK(syscall(SYS_chmod, "a", 0640));
    OK(syscall(SYS_chown, "a", -1, -1));
    OK(syscall(SYS_lchown, "a", -1, -1));
    struct stat status;
    OK(syscall(SYS_stat, "a", &status));
    EXPECT_EQ(status.st_mode & 0777, 0640);
    OK(syscall(SYS_lstat, "a", &status));
    EXPECT_EQ(status.st_size, 5);
    EXPECT_FAILS(ENOENT, syscall(SYS_open, "no", O_RDONLY, 0));
    EXPECT_FAILS(EFAULT, syscall(SYS_open, BAD, O_RDONLY, 0));
}

CHECK(names_by_old_calls)
{
    char target[8] = "";
    check_directory();
    close(check_file("a", ""));
    OK(syscall(SYS_link, "a", "b"));
    OK(syscall(SYS_rename, "b", "c"));
    OK(syscall(SYS_symlink, "c", "s"));
    EXPECT_EQ(syscall(SYS_readlink, "s", target, 8), 1);
    EXPECT_EQ(target[0], 'c');
    OK(syscall(SYS_unlink, "c"));
    OK(syscall(SYS_mkdir, "d", 0755));
    OK(syscall(SYS_rmdir, "d"));
    OK(syscall(SYS_mknod, "p", S_IFIFO | 0600, 0));
    struct timeval times[2] = {{5, 6}, {7, 8}};
    OK(syscall(SYS_utimes, "a", times));
    struct stat status;
    OK(stat("a", &status));
    EXPECT_EQ(status.st_mtim.tv_sec, 7);
    EXPECT_EQ(status.st_mtim.tv_nsec, 8000);
    OK(syscall(SYS_utime, "a", NULL));
}

CHECK(directories_by_old_calls)
{
    char bytes[4096];
    check_directory();
    close(check_file("a", ""));
    int directory = OK(open(".", O_RDONLY));
    long size = OK(syscall(SYS_getdents, directory, bytes, sizeof bytes));
    unsigned nr = 0;
    for (long at = 0; at < size; at += *(unsigned short *)(bytes + at + 16)) {
        const char *name = bytes + at + 18;
        nr += strcmp(name, "a") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    }
    EXPECT_EQ(nr, 3);
}

CHECK(descriptors_by_old_calls)
{
    int ends[2];
    char byte;
    OK(syscall(SYS_pipe, ends));
    EXPECT_EQ(syscall(SYS_dup2, ends[1], 40), 40);
    EXPECT_EQ(write(40, "x", 1), 1);
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    OK(syscall(SYS_eventfd, 3));
    int epoll = OK(syscall(SYS_epoll_create, 1));
    EXPECT_FAILS(EINVAL, syscall(SYS_epoll_create, 0));
    struct epoll_event event;
    EXPECT_EQ(syscall(SYS_epoll_wait, epoll, &event, 1, 0), 0);
}

CHECK(polling_by_old_calls)
{
    int ends[2];
    OK(pipe(ends));
    struct pollfd file = {.fd = ends[1], .events = POLLOUT};
    EXPECT_EQ(syscall(SYS_poll, &file, 1, 0), 1);
    fd_set set;
    struct timeval time = {1, 0};
    FD_ZERO(&set);
    FD_SET(ends[1], &set);
    EXPECT_EQ(syscall(SYS_select, ends[1] + 1, NULL, &set, NULL, &time), 1);
    time.tv_sec = 0;
    time.tv_usec = 2000;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    EXPECT_EQ(syscall(SYS_select, ends[0] + 1, &set, NULL, NULL, &time), 0);
    EXPECT_EQ(time.tv_sec + time.tv_usec, 0);
}

CHECK(processes_by_old_calls)
{
    pid_t child = (pid_t)OK(syscall(SYS_fork));
    if (child == 0)
        syscall(SYS_exit, 5);
    EXPECT_EXITS(child, 5);
    OK(syscall(SYS_getpgrp));
    OK(syscall(SYS_alarm, 0));
    EXPECT(syscall(SYS_time, NULL) > 1000);
    signal(SIGALRM, SIG_DFL);
    child = OK(fork());
    if (child == 0) {
        OK(ualarm(1000, 0));
        for (;;)
            syscall(SYS_pause);
    }
    EXPECT_KILLED(child, SIGALRM);
}

#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003

CHECK(the_threads_pointer)
{
    unsigned long base = 0;
    OK(syscall(SYS_arch_prctl, ARCH_GET_FS, &base));
    EXPECT_EQ(*(unsigned long *)base, base);
    OK(syscall(SYS_arch_prctl, ARCH_SET_FS, base));
    EXPECT_FAILS(EPERM, syscall(SYS_arch_prctl, ARCH_SET_FS, 1ul << 63));
    EXPECT_FAILS(EINVAL, syscall(SYS_arch_prctl, 9, 0));
}
#endif

CHECK(calls_that_all_have)
{
    int ends[2];
    check_directory();
    OK(syscall(SYS_openat, AT_FDCWD, "a", O_RDWR | O_CREAT, 0600));
    OK(syscall(SYS_pipe2, ends, 0));
    OK(syscall(SYS_dup3, ends[0], 41, 0));
    struct pollfd file = {.fd = ends[1], .events = POLLOUT};
    EXPECT_EQ(syscall(SYS_ppoll, &file, 1, NULL, NULL, 8), 1);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[1], &set);
    EXPECT_EQ(syscall(SYS_pselect6, ends[1] + 1, NULL, &set, NULL, NULL, NULL), 1);
    int epoll = OK(syscall(SYS_epoll_create1, 0));
    struct epoll_event event;
    EXPECT_EQ(syscall(SYS_epoll_pwait, epoll, &event, 1, 0, NULL, 8), 0);
    pid_t child = (pid_t)OK(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    if (child == 0)
        syscall(SYS_exit_group, 7);
    EXPECT_EXITS(child, 7);
}
