/* Names of files: link, symlink, unlink, rename. */
#include "check.h"

#define NOREPLACE 1
#define EXCHANGE  2

static long inode(const char *name)
{
    struct stat status;
    OK(lstat(name, &status));
    return status.st_ino;
}

static long rename2(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

CHECK(hard_links)
{
    struct stat status;
    check_directory();
    int file = check_file("a", "hello");
    OK(link("a", "b"));
    EXPECT_EQ(inode("a"), inode("b"));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_nlink, 2);
    OK(unlink("a"));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_nlink, 1);
    EXPECT_FAILS(ENOENT, link("a", "c"));
    OK(mkdir("d", 0777));
    EXPECT_FAILS(EPERM, link("d", "e"));
    EXPECT_FAILS(EEXIST, link("b", "d"));
    EXPECT_FAILS(EEXIST, link("b", "b"));
    EXPECT_FAILS(ENOENT, link("b", "no/x"));
}

CHECK(links_to_links)
{
    check_directory();
    close(check_file("a", "hello"));
    OK(symlink("a", "s"));
    OK(link("s", "t"));
    EXPECT_EQ(inode("t"), inode("s"));
    OK(linkat(AT_FDCWD, "s", AT_FDCWD, "u", AT_SYMLINK_FOLLOW));
    EXPECT_EQ(inode("u"), inode("a"));
}

CHECK(symbolic_links)
{
    char target[64] = "";
    check_directory();
    OK(symlink("anything at all", "s"));
    EXPECT_EQ(readlink("s", target, sizeof target), 15);
    EXPECT(memcmp(target, "anything at all", 15) == 0);
    EXPECT_EQ(readlink("s", target, 3), 3);
    EXPECT_FAILS(EINVAL, syscall(SYS_readlinkat, AT_FDCWD, "s", target, 0));
    EXPECT_FAILS(EINVAL, readlink(".", target, sizeof target));
    EXPECT_FAILS(ENOENT, readlink("no", target, sizeof target));
    EXPECT_FAILS(EEXIST, symlink("x", "s"));
    EXPECT_FAILS(ENOENT, symlink("", "t"));
    EXPECT_FAILS(ENOENT, symlink("x", "no/t"));
}

CHECK(chains_of_symbolic_links)
{
    check_directory();
    close(check_file("l0", "hello"));
    for (int i = 1; i <= 41; i++) {
        char from[16], to[16];
        snprintf(from, sizeof from, "l%d", i - 1);
        snprintf(to, sizeof to, "l%d", i);
        OK(symlink(from, to));
    }
    OK(open("l40", O_RDONLY));
    EXPECT_FAILS(ELOOP, open("l41", O_RDONLY));
}

CHECK(symbolic_links_within_paths)
{
    check_directory();
    OK(mkdir("d", 0777));
    OK(mkdir("d/e", 0777));
    close(check_file("d/f", ""));
    OK(symlink("d/e", "s"));
    OK(symlink("../f", "d/e/up"));
    OK(access("s/../f", F_OK));
    OK(access("s/up", F_OK));
    EXPECT_FAILS(ENOTDIR, rmdir("s"));
    EXPECT_FAILS(ENOTDIR, unlink("s/"));
    OK(mkdir("s/new", 0777));
    OK(access("d/e/new", F_OK));
}

CHECK(unlinking)
{
    check_directory();
    close(check_file("a", ""));
    OK(mkdir("d", 0777));
    OK(symlink("a", "s"));
    OK(unlink("s"));
    OK(access("a", F_OK));
    EXPECT_FAILS(EISDIR, unlink("d"));
    EXPECT_FAILS(ENOTDIR, unlink("a/"));
    EXPECT_FAILS(ENOENT, unlink(""));
    OK(unlink("a"));
    EXPECT_FAILS(ENOENT, unlink("a"));
}

CHECK(renaming_files)
{
    check_directory();
    close(check_file("a", "a"));
    close(check_file("b", "b"));
    long first = inode("a");
    OK(rename("a", "b"));
    EXPECT_EQ(inode("b"), first);
    EXPECT_FAILS(ENOENT, access("a", F_OK));
    EXPECT_FAILS(ENOENT, rename("a", "c"));
    OK(link("b", "c"));
    OK(rename("b", "c"));
    OK(access("b", F_OK));
    OK(rename("b", "b"));
    OK(mkdir("d", 0777));
    EXPECT_FAILS(EISDIR, rename("b", "d"));
    EXPECT_FAILS(ENOTDIR, rename("d", "b"));
    EXPECT_FAILS(ENOENT, rename("b", "no/b"));
    EXPECT_FAILS(ENOTDIR, rename("b", "x/"));
    OK(rename("b", "d/b"));
    EXPECT_EQ(inode("d/b"), first);
}

CHECK(renaming_directories)
{
    struct stat status;
    check_directory();
    OK(mkdir("d", 0777));
    OK(mkdir("d/e", 0777));
    OK(mkdir("empty", 0777));
    EXPECT_FAILS(EINVAL, rename("d", "d/e/f"));
    EXPECT_FAILS(EINVAL, rename("d", "d/e"));
    EXPECT_FAILS(ENOTEMPTY, rename("empty", "d"));
    EXPECT_FAILS(ENOTEMPTY, rename("d/e", "d"));
    EXPECT_FAILS(EBUSY, rename("d/.", "x"));
    EXPECT_FAILS(EBUSY, rename("d", "empty/.."));
    OK(rename("d", "empty"));
    OK(access("empty/e", F_OK));
    OK(rename("empty/e", "e"));
    OK(stat("empty", &status));
    EXPECT_EQ(status.st_nlink, 2);
    OK(rename("e/", "f/"));
    EXPECT_EQ(OK(open("f/..", O_RDONLY)) < 0, 0);
}

CHECK(renaming_moves_dot_dot)
{
    check_directory();
    OK(mkdir("a", 0777));
    OK(mkdir("b", 0777));
    OK(mkdir("a/d", 0777));
    OK(rename("a/d", "b/d"));
    EXPECT_EQ(inode("b/d/.."), inode("b"));
    OK(rmdir("a"));
}

CHECK(renaming_with_flags)
{
    check_directory();
    close(check_file("a", "a"));
    OK(mkdir("d", 0777));
    close(check_file("d/f", ""));
    long file = inode("a"), directory = inode("d");
    EXPECT_FAILS(EEXIST, rename2("a", "d", NOREPLACE));
    EXPECT_FAILS(EINVAL, rename2("a", "d", NOREPLACE | EXCHANGE));
    EXPECT_FAILS(EINVAL, rename2("a", "d", 1u << 20));
    OK(rename2("a", "d", EXCHANGE));
    EXPECT_EQ(inode("d"), file);
    EXPECT_EQ(inode("a"), directory);
    OK(access("a/f", F_OK));
    EXPECT_FAILS(ENOENT, rename2("a", "no", EXCHANGE));
    EXPECT_FAILS(EINVAL, rename2("a", "a/f", EXCHANGE));
    OK(rename2("a", "new", NOREPLACE));
    OK(access("new/f", F_OK));
}

CHECK(an_open_file_that_is_replaced)
{
    char byte;
    check_directory();
    int file = check_file("a", "a");
    close(check_file("b", "b"));
    OK(rename("b", "a"));
    EXPECT_EQ(read(file, &byte, 1), 1);
    EXPECT_EQ(byte, 'a');
}

CHECK(special_files)
{
    struct stat status;
    check_directory();
    OK(mkfifo("p", 0640));
    OK(lstat("p", &status));
    EXPECT(S_ISFIFO(status.st_mode));
    OK(mknod("r", S_IFREG | 0600, 0));
    OK(mknod("s", S_IFSOCK | 0600, 0));
    OK(lstat("s", &status));
    EXPECT(S_ISSOCK(status.st_mode));
    EXPECT_FAILS(ENXIO, open("s", O_RDONLY));
    EXPECT_FAILS(EEXIST, mkfifo("p", 0666));
    EXPECT_FAILS(EPERM, mknod("x", S_IFDIR | 0777, 0));
    EXPECT_FAILS(EINVAL, mknod("x", 0170000, 0));
}
