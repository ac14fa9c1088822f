/* What is said of files: stat, statx, times, access, file systems. */
#include "check.h"
#include <sys/xattr.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#ifndef STATX_BASIC_STATS
#define STATX_BASIC_STATS 0x7ff
#define STATX_BTIME       0x800
#endif

CHECK(stat_of_a_file)
{
    struct stat named, opened, linked, at;
    check_directory();
    int file = check_file("a", "hello"), directory = OK(open(".", O_RDONLY));
    OK(stat("a", &named));
    OK(fstat(file, &opened));
    OK(lstat("a", &linked));
    OK(fstatat(directory, "a", &at, 0));
    EXPECT(memcmp(&named, &opened, sizeof named) == 0);
    EXPECT(memcmp(&named, &linked, sizeof named) == 0);
    EXPECT(memcmp(&named, &at, sizeof named) == 0);
    EXPECT(S_ISREG(named.st_mode));
    EXPECT_EQ(named.st_size, 5);
    EXPECT_EQ(named.st_uid, geteuid());
    EXPECT_EQ(named.st_nlink, 1);
    EXPECT(named.st_ino != 0 && named.st_blksize > 0);
    OK(fstatat(file, "", &at, AT_EMPTY_PATH));
    EXPECT_EQ(at.st_ino, named.st_ino);
    EXPECT_FAILS(ENOENT, fstatat(file, "", &at, 0));
    EXPECT_FAILS(ENOENT, stat("b", &at));
    EXPECT_FAILS(EBADF, fstat(99, &at));
}

CHECK(stat_of_links)
{
    struct stat status;
    check_directory();
    close(check_file("a", "hello"));
    OK(symlink("a", "link"));
    OK(lstat("link", &status));
    EXPECT(S_ISLNK(status.st_mode));
    EXPECT_EQ(status.st_size, 1);
    EXPECT_EQ(status.st_mode & 0777, 0777);
    OK(stat("link", &status));
    EXPECT(S_ISREG(status.st_mode));
    OK(fstatat(AT_FDCWD, "link", &status, AT_SYMLINK_NOFOLLOW));
    EXPECT(S_ISLNK(status.st_mode));
}

CHECK(stat_of_other_things)
{
    struct stat status;
    int ends[2];
    OK(pipe(ends));
    OK(fstat(ends[0], &status));
    EXPECT(S_ISFIFO(status.st_mode));
    OK(stat("/dev/null", &status));
    EXPECT(S_ISCHR(status.st_mode));
    EXPECT_EQ(status.st_rdev, makedev(1, 3));
    OK(stat("/dev/zero", &status));
    EXPECT_EQ(status.st_rdev, makedev(1, 5));
    OK(stat("/", &status));
    EXPECT(S_ISDIR(status.st_mode));
}

/* As include/uapi/linux/stat.h has it, of which the C library's own is a part. */
struct extended_status {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, user, group;
    uint16_t mode, spare;
    uint64_t inode, size, blocks, attributes_mask;
    uint64_t times[8];
    uint32_t rest[32];
};

CHECK(statx_says_the_same)
{
    struct extended_status extended;
    struct stat status;
    check_directory();
    int file = check_file("a", "hello");
    OK(fstat(file, &status));
    OK(syscall(SYS_statx, AT_FDCWD, "a", 0, STATX_BASIC_STATS, &extended));
    EXPECT_EQ(extended.mask & STATX_BASIC_STATS, STATX_BASIC_STATS);
    EXPECT_EQ(extended.size, 5);
    EXPECT_EQ(extended.mode, status.st_mode);
    EXPECT_EQ(extended.inode, status.st_ino);
    EXPECT_EQ(extended.links, 1);
    OK(syscall(SYS_statx, file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &extended));
    EXPECT_EQ(extended.inode, status.st_ino);
    EXPECT_FAILS(EINVAL, syscall(SYS_statx, file, "", AT_EMPTY_PATH, 1u << 31, &extended));
    EXPECT_FAILS(EINVAL, syscall(SYS_statx, AT_FDCWD, "a", 0x40000, 0, &extended));
    EXPECT_FAILS(EFAULT, syscall(SYS_statx, AT_FDCWD, "a", 0, 0, (void *)8));
}

static void expect_times(const char *name, long access_s, long access_ns, long change_s,
                         long change_ns)
{
    struct stat status;
    OK(lstat(name, &status));
    EXPECT_EQ(status.st_atim.tv_sec, access_s);
    EXPECT_EQ(status.st_atim.tv_nsec, access_ns);
    EXPECT_EQ(status.st_mtim.tv_sec, change_s);
    EXPECT_EQ(status.st_mtim.tv_nsec, change_ns);
}

CHECK(times_are_set)
{
    const struct timespec times[] = {{1000, 5}, {2000, 7}}, none = {0, UTIME_OMIT};
    struct stat status;
    check_directory();
    int file = check_file("a", "hello");
    OK(symlink("a", "link"));
    OK(utimensat(AT_FDCWD, "a", times, 0));
    expect_times("a", 1000, 5, 2000, 7);
    OK(futimens(file, (struct timespec[]){{3000, 1}, none}));
    expect_times("a", 3000, 1, 2000, 7);
    OK(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
    expect_times("link", 1000, 5, 2000, 7);
    expect_times("a", 3000, 1, 2000, 7);
    OK(utimensat(AT_FDCWD, "a", NULL, 0));
    OK(stat("a", &status));
    EXPECT(status.st_mtim.tv_sec > 2000 && status.st_atim.tv_sec > 3000);
    OK(utimensat(AT_FDCWD, "a", (struct timespec[]){none, none}, 0));
    EXPECT_FAILS(EINVAL, utimensat(AT_FDCWD, "a", (struct timespec[]){{1, 1000000000}, none}, 0));
    EXPECT_FAILS(ENOENT, utimensat(AT_FDCWD, "b", times, 0));
}

static bool later(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

CHECK(changes_set_times)
{
    const struct timespec old[] = {{1000, 0}, {1000, 0}};
    struct stat before, after;
    check_directory();
    OK(mkdir("d", 0777));
    int file = check_file("a", "hello");
    OK(futimens(file, old));
    OK(utimensat(AT_FDCWD, "d", old, 0));
    OK(fstat(file, &before));
    check_pause_ms(20);
    EXPECT_EQ(write(file, "x", 1), 1);
    OK(fstat(file, &after));
    EXPECT(later(after.st_mtim, before.st_mtim) && later(after.st_ctim, before.st_ctim));
    OK(futimens(file, old));
    OK(fchmod(file, 0600));
    OK(fstat(file, &after));
    EXPECT_EQ(after.st_mtim.tv_sec, 1000);
    EXPECT(later(after.st_ctim, before.st_ctim));
    close(check_file("d/b", ""));
    OK(stat("d", &after));
    EXPECT(after.st_mtim.tv_sec > 1000);
}

CHECK(reading_sets_the_time_of_access)
{
    const struct timespec old[] = {{1000, 0}, {2000, 0}};
    struct stat status;
    char byte;
    check_directory();
    int file = check_file("a", "hello");
    OK(futimens(file, old));
    EXPECT_EQ(read(file, &byte, 1), 1);
    OK(fstat(file, &status));
    EXPECT(status.st_atim.tv_sec > 1000);
}

CHECK(access_asks)
{
    check_directory();
    close(check_file("a", ""));
    OK(chmod("a", 0644));
    OK(access("a", F_OK));
    OK(access("a", R_OK | W_OK));
    EXPECT_FAILS(EACCES, access("a", X_OK));
    OK(chmod("a", 0700));
    OK(access("a", X_OK));
    EXPECT_FAILS(ENOENT, access("b", F_OK));
    EXPECT_FAILS(EINVAL, access("a", 64));
    OK(faccessat(AT_FDCWD, "a", R_OK, 0));
    EXPECT_FAILS(ENOTDIR, access("a/b", F_OK));
}

CHECK(modes)
{
    struct stat status;
    check_directory();
    int file = check_file("a", "");
    OK(chmod("a", 0751));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_mode, S_IFREG | 0751);
    OK(fchmod(file, 0100));
    OK(fchmodat(AT_FDCWD, "a", 0604, 0));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_mode, S_IFREG | 0604);
    EXPECT_FAILS(ENOENT, chmod("b", 0));
    EXPECT_FAILS(EBADF, syscall(SYS_fchmod, 99, 0));
}

CHECK(umask_takes_bits_away)
{
    struct stat status;
    check_directory();
    OK(umask(027));
    EXPECT_EQ(umask(0123), 027);
    close(OK(open("a", O_RDWR | O_CREAT, 0777)));
    OK(mkdir("d", 0777));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_mode & 0777, 0654);
    OK(stat("d", &status));
    EXPECT_EQ(status.st_mode & 0777, 0654);
    EXPECT_EQ(umask(07777), 0123);
    EXPECT_EQ(umask(0), 0777);
}

CHECK(file_systems)
{
    struct statfs named, opened;
    check_directory();
    OK(statfs(".", &named));
    OK(fstatfs(OK(open(".", O_RDONLY)), &opened));
    EXPECT_EQ(named.f_type, opened.f_type);
    EXPECT(named.f_bsize > 0 && named.f_namelen >= 255);
    EXPECT(named.f_bavail <= named.f_bfree && named.f_bfree <= named.f_blocks);
    EXPECT_FAILS(ENOENT, statfs("b", &named));
    EXPECT_FAILS(EBADF, fstatfs(99, &named));
}

/* Here or on Linux's file systems without any. */
CHECK(extended_attributes_are_none)
{
    char names[256];
    check_directory();
    int file = check_file("a", "");
    OK(symlink("nothing", "link"));
    if (listxattr("a", names, sizeof names) > 0)
        SKIP("there are some");
    EXPECT_EQ(listxattr("a", NULL, 0), 0);
    EXPECT_EQ(llistxattr("link", names, sizeof names), 0);
    EXPECT_EQ(flistxattr(file, names, sizeof names), 0);
    EXPECT_FAILS(ENOENT, listxattr("link", names, sizeof names));
    EXPECT_FAILS(ENOENT, llistxattr("absent", names, sizeof names));
    EXPECT_FAILS(EBADF, flistxattr(-1, names, sizeof names));
    EXPECT(getxattr("a", "user.none", names, sizeof names) < 0);
    EXPECT(errno == ENODATA || errno == EOPNOTSUPP);
}
