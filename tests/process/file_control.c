/* Descriptors and open files: dup, fcntl, locks. */
#include "check.h"
#include <sys/file.h>
#include <sys/ioctl.h>

CHECK(duplicates_share_the_place)
{
    char text[4];
    check_directory();
    int file = check_file("a", "abcdef"), other = OK(dup(file));
    EXPECT_EQ(read(file, text, 2), 2);
    EXPECT_EQ(lseek(other, 0, SEEK_CUR), 2);
    int apart = OK(open("a", O_RDONLY));
    EXPECT_EQ(lseek(apart, 0, SEEK_CUR), 0);
    OK(close(file));
    EXPECT_EQ(read(other, text, 4), 4);
}

CHECK(dup2_closes_what_was_there)
{
    int ends[2];
    char byte;
    OK(pipe(ends));
    int file = OK(open("/", O_RDONLY));
    EXPECT_EQ(dup2(file, ends[1]), ends[1]);
    EXPECT_EQ(read(ends[0], &byte, 1), 0);
    EXPECT_EQ(dup2(file, file), file);
    EXPECT_EQ(dup2(file, 50), 50);
    EXPECT_FAILS(EBADF, dup2(51, file));
    EXPECT_FAILS(EBADF, dup2(51, 51));
    EXPECT_FAILS(EBADF, dup2(file, -1));
    EXPECT_FAILS(EBADF, dup(51));
}

CHECK(dup3_sets_close_on_exec)
{
    int file = OK(open("/", O_RDONLY));
    EXPECT_EQ(dup3(file, 60, O_CLOEXEC), 60);
    EXPECT_EQ(fcntl(60, F_GETFD), FD_CLOEXEC);
    EXPECT_FAILS(EINVAL, dup3(file, file, 0));
    EXPECT_FAILS(EINVAL, syscall(SYS_dup3, file, 61, O_APPEND));
}

CHECK(close_on_exec_is_the_descriptors)
{
    int file = OK(open("/", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(fcntl(file, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(fcntl(OK(dup(file)), F_GETFD), 0);
    OK(fcntl(file, F_SETFD, 0));
    EXPECT_EQ(fcntl(file, F_GETFD), 0);
    EXPECT_EQ(fcntl(file, F_DUPFD, 70), 70);
    EXPECT_EQ(fcntl(file, F_DUPFD_CLOEXEC, 70), 71);
    EXPECT_EQ(fcntl(71, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(fcntl(70, F_GETFD), 0);
}

CHECK(status_flags_are_the_open_files)
{
    check_directory();
    int file = check_file("a", ""), other = OK(dup(file));
    EXPECT_EQ(fcntl(file, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), O_RDWR);
    OK(fcntl(file, F_SETFL, O_APPEND | O_NONBLOCK));
    EXPECT_EQ(fcntl(other, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK),
              O_RDWR | O_APPEND | O_NONBLOCK);
    OK(fcntl(file, F_SETFL, O_WRONLY));
    EXPECT_EQ(fcntl(file, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), O_RDWR);
    int on = 1;
    OK(ioctl(file, FIONBIO, &on));
    EXPECT_EQ(fcntl(other, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

CHECK(fcntl_refuses_bad_arguments)
{
    EXPECT_FAILS(EBADF, fcntl(-1, F_GETFD));
    EXPECT_FAILS(EBADF, fcntl(99, F_GETFL));
    EXPECT_FAILS(EINVAL, fcntl(0, 9999));
    EXPECT_FAILS(EINVAL, fcntl(0, F_DUPFD, -1));
    EXPECT_FAILS(EBADF, close(-1));
    EXPECT_FAILS(EBADF, close(99));
    EXPECT_FAILS(ENOTTY, ioctl(OK(open("/", O_RDONLY)), 0x5401, check_shared(PAGE)));
    EXPECT_FAILS(EBADF, ioctl(99, 0x5401, 0));
}

CHECK(close_range_closes)
{
    int file = OK(open("/", O_RDONLY));
    for (int i = 40; i < 50; i++)
        OK(dup2(file, i));
    OK(syscall(SYS_close_range, 42, 45, 0));
    for (int i = 40; i < 50; i++)
        EXPECT_EQ(fcntl(i, F_GETFD), i >= 42 && i <= 45 ? -1 : 0);
    OK(syscall(SYS_close_range, 46, ~0u, 4 /* close on exec */));
    EXPECT_EQ(fcntl(47, F_GETFD), FD_CLOEXEC);
    EXPECT_FAILS(EINVAL, syscall(SYS_close_range, 45, 42, 0));
    EXPECT_FAILS(EINVAL, syscall(SYS_close_range, 1, 2, 1000));
}

CHECK(flock_excludes)
{
    check_directory();
    int first = check_file("a", ""), second = OK(open("a", O_RDONLY)), third = OK(dup(first));
    OK(flock(first, LOCK_SH));
    OK(flock(second, LOCK_SH | LOCK_NB));
    EXPECT_FAILS(EWOULDBLOCK, flock(first, LOCK_EX | LOCK_NB));
    OK(flock(second, LOCK_UN));
    OK(flock(third, LOCK_EX | LOCK_NB));
    EXPECT_FAILS(EWOULDBLOCK, flock(second, LOCK_SH | LOCK_NB));
    OK(close(first));
    EXPECT_FAILS(EWOULDBLOCK, flock(second, LOCK_SH | LOCK_NB));
    OK(close(third));
    OK(flock(second, LOCK_EX | LOCK_NB));
    EXPECT_FAILS(EINVAL, flock(second, 0));
    EXPECT_FAILS(EBADF, flock(99, LOCK_SH));
}

CHECK(flock_waits)
{
    char *shared = check_shared(PAGE);
    check_directory();
    int file = check_file("a", "");
    OK(flock(file, LOCK_EX));
    pid_t child = OK(fork());
    if (child == 0) {
        int own = OK(open("a", O_RDWR));
        OK(flock(own, LOCK_EX));
        EXPECT_EQ(shared[0], 1);
        _exit(0);
    }
    check_pause_ms(10);
    shared[0] = 1;
    OK(flock(file, LOCK_UN));
    EXPECT_EXITS(child, 0);
}

static int lock(int file, int command, int type, long start, long length)
{
    struct flock lock = {.l_type = (short)type, .l_start = start, .l_len = length};
    int result = fcntl(file, command, &lock);
    return result < 0 || command != F_GETLK ? result : lock.l_type;
}

CHECK(record_locks_are_a_processs)
{
    check_directory();
    int file = check_file("a", "0123456789");
    OK(lock(file, F_SETLK, F_WRLCK, 2, 4));
    OK(lock(file, F_SETLK, F_RDLCK, 4, 2));
    EXPECT_EQ(lock(file, F_GETLK, F_WRLCK, 0, 0), F_UNLCK);
    pid_t parent = getpid(), child = OK(fork());
    if (child == 0) {
        struct flock found = {.l_type = F_WRLCK};
        OK(fcntl(file, F_GETLK, &found));
        EXPECT_EQ(found.l_pid, parent);
        EXPECT_EQ(found.l_start, 2);
        EXPECT_EQ(found.l_len, 2);
        EXPECT_FAILS(EAGAIN, lock(file, F_SETLK, F_RDLCK, 3, 1));
        OK(lock(file, F_SETLK, F_RDLCK, 4, 2));
        EXPECT_FAILS(EAGAIN, lock(file, F_SETLK, F_WRLCK, 4, 1));
        OK(lock(file, F_SETLK, F_WRLCK, 6, 0));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
}

CHECK(closing_any_descriptor_drops_record_locks)
{
    check_directory();
    int file = check_file("a", "0123456789");
    OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
    close(OK(open("a", O_RDONLY)));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(replacing_and_ending_drop_record_locks)
{
    check_directory();
    int file = check_file("a", "0123456789"), other = OK(open("a", O_RDWR));
    OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
    OK(dup2(OK(open("/", O_RDONLY)), other));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
        OK(dup2(file, other));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    OK(lock(file, F_SETLK, F_WRLCK, 0, 0));
}

CHECK(ranges_of_record_locks)
{
    struct flock found = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = 2, .l_len = -3};
    check_directory();
    int file = check_file("a", "0123456789"), other = OK(open("a", O_RDWR));
    EXPECT_EQ(lseek(file, 4, SEEK_SET), 4);
    OK(fcntl(file, F_OFD_SETLK, &found)); /* 3 to 5 */
    found = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_END, .l_start = -6};
    OK(fcntl(other, F_OFD_GETLK, &found));
    EXPECT_EQ(found.l_type, F_WRLCK);
    EXPECT_EQ(found.l_pid, -1);
    EXPECT_EQ(found.l_whence, SEEK_SET);
    EXPECT_EQ(found.l_start, 3);
    EXPECT_EQ(found.l_len, 3);
    EXPECT_FAILS(EINVAL, lock(file, F_SETLK, F_RDLCK, 2, -3));
    EXPECT_FAILS(EOVERFLOW, lock(file, F_SETLK, F_RDLCK, 2, INT64_MAX));
    OK(lock(other, F_SETLK, F_UNLCK, 1, INT64_MAX));
    found = (struct flock){.l_type = F_RDLCK, .l_whence = 7};
    EXPECT_FAILS(EINVAL, fcntl(file, F_SETLK, &found));
    found = (struct flock){.l_type = F_RDLCK, .l_pid = 1};
    EXPECT_FAILS(EINVAL, fcntl(file, F_OFD_SETLK, &found));
    EXPECT_FAILS(EFAULT, fcntl(file, F_SETLK, BAD));
}

CHECK(locks_of_files_without_access)
{
    check_directory();
    close(check_file("a", ""));
    int path = OK(open("a", O_PATH)), writes = OK(open("a", O_WRONLY));
    EXPECT_FAILS(EBADF, flock(path, LOCK_SH));
    EXPECT_FAILS(EBADF, lock(path, F_SETLK, F_RDLCK, 0, 0));
    EXPECT_FAILS(EBADF, lock(writes, F_SETLK, F_RDLCK, 0, 0));
    OK(lock(writes, F_SETLK, F_WRLCK, 0, 0));
    OK(flock(writes, LOCK_SH));
}

CHECK(locks_that_wait_for_each_other)
{
    check_directory();
    int file = check_file("a", "0123456789");
    volatile char *shared = check_shared(PAGE);
    OK(lock(file, F_SETLK, F_WRLCK, 0, 1));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(lock(file, F_SETLK, F_WRLCK, 1, 1));
        shared[0] = 1;
        int result = lock(file, F_SETLKW, F_WRLCK, 0, 1);
        _exit(result == 0 ? 0 : errno == EDEADLK ? 1 : 2);
    }
    AWAIT(shared[0]);
    int result = lock(file, F_SETLKW, F_WRLCK, 1, 1), error = errno;
    OK(lock(file, F_SETLK, F_UNLCK, 0, 0));
    EXPECT_EXITS(child, result == 0);
    EXPECT(result == 0 || error == EDEADLK);
}

CHECK(open_file_locks_are_the_open_files)
{
    check_directory();
    int file = check_file("a", "0123456789"), other = OK(open("a", O_RDWR));
    OK(lock(file, F_OFD_SETLK, F_WRLCK, 0, 5));
    EXPECT_FAILS(EAGAIN, lock(other, F_OFD_SETLK, F_WRLCK, 4, 5));
    OK(lock(other, F_OFD_SETLK, F_WRLCK, 5, 5));
    OK(close(file));
    OK(lock(other, F_OFD_SETLK, F_WRLCK, 0, 0));
}

CHECK(record_locks_check_their_arguments)
{
    check_directory();
    int file = check_file("a", ""), reads = OK(open("a", O_RDONLY));
    EXPECT_FAILS(EINVAL, lock(file, F_SETLK, 99, 0, 0));
    EXPECT_FAILS(EINVAL, lock(file, F_SETLK, F_RDLCK, -1, 0));
    EXPECT_FAILS(EBADF, lock(reads, F_SETLK, F_WRLCK, 0, 0));
    EXPECT_FAILS(EINVAL, lock(file, F_GETLK, F_UNLCK, 0, 0));
}
