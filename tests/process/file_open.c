/* Opening files: flags and their errors, descriptors' numbers. */
#include "check.h"
#include <sys/resource.h>

CHECK(creation)
{
    struct stat status;
    check_directory();
    umask(022);
    EXPECT_FAILS(ENOENT, open("a", O_RDONLY));
    EXPECT_FAILS(ENOENT, open("", O_RDONLY));
    int file = OK(open("a", O_WRONLY | O_CREAT, 0666));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_mode, S_IFREG | 0644);
    EXPECT_EQ(status.st_size, 0);
    EXPECT_EQ(status.st_nlink, 1);
    EXPECT_FAILS(EEXIST, open("a", O_RDWR | O_CREAT | O_EXCL, 0666));
    OK(open("a", O_RDWR | O_CREAT, 0));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_mode & 0777, 0644);
    EXPECT_FAILS(ENOENT, open("no/a", O_RDWR | O_CREAT, 0666));
    EXPECT_FAILS(ENOTDIR, open("a/b", O_RDWR | O_CREAT, 0666));
    EXPECT_FAILS(ENOTDIR, open("a/", O_RDONLY));
}

CHECK(a_mode_without_writing_still_writes)
{
    check_directory();
    int file = OK(open("a", O_RDWR | O_CREAT | O_EXCL, 0));
    EXPECT_EQ(write(file, "x", 1), 1);
}

CHECK(directories_are_only_read)
{
    check_directory();
    EXPECT_FAILS(EISDIR, open(".", O_WRONLY));
    EXPECT_FAILS(EISDIR, open(".", O_RDWR));
    EXPECT_FAILS(EISDIR, open(".", O_RDONLY | O_CREAT, 0666));
    OK(mkdir("d", 0777));
    EXPECT_FAILS(EISDIR, open("d", O_RDONLY | O_TRUNC));
    EXPECT_FAILS(EISDIR, open("new/", O_RDWR | O_CREAT, 0666));
    int directory = OK(open("d", O_RDONLY | O_DIRECTORY));
    char byte;
    EXPECT_FAILS(EISDIR, read(directory, &byte, 1));
    EXPECT_FAILS(EBADF, write(directory, &byte, 1));
    close(check_file("f", ""));
    EXPECT_FAILS(ENOTDIR, open("f", O_RDONLY | O_DIRECTORY));
}

CHECK(truncation_by_open)
{
    struct stat status;
    check_directory();
    int file = check_file("a", "hello");
    OK(open("a", O_WRONLY | O_TRUNC));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_size, 0);
}

CHECK(access_modes)
{
    char byte;
    check_directory();
    close(check_file("a", "hello"));
    int reads = OK(open("a", O_RDONLY)), writes = OK(open("a", O_WRONLY));
    EXPECT_FAILS(EBADF, write(reads, "x", 1));
    EXPECT_FAILS(EBADF, read(writes, &byte, 1));
    EXPECT_FAILS(EINVAL, ftruncate(reads, 0));
    EXPECT_EQ(fcntl(reads, F_GETFL) & O_ACCMODE, O_RDONLY);
    EXPECT_EQ(fcntl(writes, F_GETFL) & O_ACCMODE, O_WRONLY);
}

CHECK(symbolic_links_are_followed_unless_told)
{
    check_directory();
    close(check_file("a", "hello"));
    OK(symlink("a", "link"));
    OK(symlink("nothing", "dangling"));
    OK(symlink("circle", "circle"));
    OK(open("link", O_RDONLY));
    EXPECT_FAILS(ELOOP, open("link", O_RDONLY | O_NOFOLLOW));
    EXPECT_FAILS(ENOENT, open("dangling", O_RDONLY));
    EXPECT_FAILS(EEXIST, open("dangling", O_RDWR | O_CREAT | O_EXCL, 0666));
    EXPECT_FAILS(ELOOP, open("circle", O_RDONLY));
    OK(open("dangling", O_RDWR | O_CREAT, 0666));
    OK(access("nothing", F_OK));
}

CHECK(paths_without_reading)
{
    struct stat status;
    char byte;
    check_directory();
    close(check_file("a", "hello"));
    OK(symlink("a", "link"));
    int path = OK(open("link", O_PATH | O_NOFOLLOW));
    OK(fstat(path, &status));
    EXPECT(S_ISLNK(status.st_mode));
    EXPECT_FAILS(EBADF, read(path, &byte, 1));
    EXPECT_FAILS(EBADF, syscall(SYS_fchmod, path, 0600));
    int directory = OK(open(".", O_PATH));
    OK(openat(directory, "a", O_RDONLY));
    EXPECT_EQ(fcntl(directory, F_GETFL) & O_PATH, O_PATH);
}

CHECK(files_without_a_name)
{
    struct stat status;
    char path[64];
    check_directory();
    int file = open(".", O_TMPFILE | O_RDWR, 0600);
    if (file < 0 && errno == EOPNOTSUPP)
        SKIP("this file system has no O_TMPFILE");
    EXPECT_EQ(write(OK(file), "x", 1), 1);
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_nlink, 0);
    EXPECT_FAILS(EINVAL, open(".", O_TMPFILE | O_RDONLY, 0600));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    OK(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
    OK(stat("named", &status));
    EXPECT_EQ(status.st_size, 1);
    EXPECT_EQ(status.st_nlink, 1);
}

CHECK(open_files_outlive_their_names)
{
    char text[8] = "";
    struct stat status;
    check_directory();
    int file = check_file("a", "hello");
    OK(unlink("a"));
    EXPECT_EQ(read(file, text, 8), 5);
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_nlink, 0);
    EXPECT_FAILS(ENOENT, open("a", O_RDONLY));
}

CHECK(the_lowest_descriptor_is_taken)
{
    int first = OK(open("/", O_RDONLY)), second = OK(open("/", O_RDONLY));
    EXPECT_EQ(second, first + 1);
    int third = OK(open("/", O_RDONLY));
    OK(close(second));
    OK(close(first));
    EXPECT_EQ(open("/", O_RDONLY), first);
    EXPECT_EQ(dup(third), second);
    EXPECT_EQ(dup(third), third + 1);
}

CHECK(descriptors_have_a_limit)
{
    struct rlimit limit = {16, 16};
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    int file, last = -1;
    while ((file = open("/", O_RDONLY)) >= 0)
        last = file;
    EXPECT_EQ(errno, EMFILE);
    EXPECT_EQ(last, 15);
    EXPECT_FAILS(EMFILE, dup(0));
    EXPECT_FAILS(EBADF, dup2(0, 16));
    EXPECT_FAILS(EINVAL, fcntl(0, F_DUPFD, 16));
    int ends[2];
    EXPECT_FAILS(EMFILE, pipe(ends));
    OK(close(9));
    EXPECT_FAILS(EMFILE, pipe(ends));
    EXPECT_EQ(open("/", O_RDONLY), 9);
}

CHECK(openat_starts_at_its_directory)
{
    check_directory();
    OK(mkdir("d", 0777));
    int directory = OK(open("d", O_RDONLY | O_DIRECTORY));
    OK(openat(directory, "a", O_RDWR | O_CREAT, 0666));
    OK(access("d/a", F_OK));
    OK(openat(-1, "/", O_RDONLY));
    EXPECT_FAILS(EBADF, openat(-1, "a", O_RDONLY));
    int file = OK(open("d/a", O_RDONLY));
    EXPECT_FAILS(ENOTDIR, openat(file, "a", O_RDONLY));
    OK(rename("d", "e"));
    OK(openat(directory, "a", O_RDONLY));
    OK(openat(directory, "../e/a", O_RDONLY));
}

CHECK(names_and_paths_have_limits)
{
    static char name[257], path[5000];
    check_directory();
    memset(name, 'n', 255);
    OK(open(name, O_RDWR | O_CREAT, 0666));
    name[255] = 'n';
    EXPECT_FAILS(ENAMETOOLONG, open(name, O_RDWR | O_CREAT, 0666));
    EXPECT_FAILS(ENAMETOOLONG, open(name, O_RDONLY));
    for (unsigned i = 0; i < sizeof path - 1; i++)
        path[i] = i % 2 ? '/' : '.';
    EXPECT_FAILS(ENAMETOOLONG, open(path, O_RDONLY));
    path[4095] = 0;
    OK(open(path, O_RDONLY));
    path[4095] = '/';
    path[4096] = 0;
    EXPECT_FAILS(ENAMETOOLONG, open(path, O_RDONLY));
}

CHECK(dots_and_slashes)
{
    check_directory();
    OK(mkdir("d", 0777));
    close(check_file("d/a", ""));
    OK(access("./d//a", F_OK));
    OK(access("d/../d/./a", F_OK));
    OK(access("d/", F_OK));
    OK(access("/..//..", F_OK));
    EXPECT_FAILS(ENOTDIR, access("d/a/.", F_OK));
    EXPECT_FAILS(ENOTDIR, access("d/a/../a", F_OK));
    EXPECT_FAILS(ENOENT, access("no/../d", F_OK));
}
