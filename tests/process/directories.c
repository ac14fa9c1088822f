/* Directories: making, reading, moving in them. */
#include "check.h"
#include <limits.h>

struct entry { /* what getdents64 gives: linux_dirent64 */
    uint64_t inode;
    int64_t next;
    uint16_t size;
    uint8_t type;
    char name[];
};

/* Reads a directory to its end with buffers so large. Says how many of `a0`, `a1`... up to nr were
 * there, each once, and in `others` how many others. */
static unsigned count_entries(int directory, size_t buffer_size, unsigned nr, unsigned *others)
{
    static char buffer[65536];
    static bool seen[4096];
    unsigned found = 0;
    long size;
    memset(seen, 0, sizeof seen);
    *others = 0;
    while ((size = OK(syscall(SYS_getdents64, directory, buffer, buffer_size))) > 0)
        for (long at = 0; at < size;) {
            struct entry *entry = (struct entry *)(buffer + at);
            unsigned number = 4096;
            EXPECT(entry->size % 8 == 0 && entry->size >= 24 && at + entry->size <= size);
            EXPECT(entry->inode != 0);
            if (sscanf(entry->name, "a%u", &number) == 1 && number < nr) {
                EXPECT(!seen[number]);
                seen[number] = true;
                found++;
            } else {
                ++*others;
            }
            at += entry->size;
        }
    return found;
}

static void make_entries(unsigned nr)
{
    for (unsigned i = 0; i < nr; i++) {
        char name[32];
        snprintf(name, sizeof name, "a%u", i);
        OK(mknod(name, S_IFREG | 0644, 0));
    }
}

CHECK(directories_list_each_entry_once)
{
    unsigned others;
    check_directory();
    make_entries(1000);
    int directory = OK(open(".", O_RDONLY | O_DIRECTORY));
    EXPECT_EQ(count_entries(directory, 65536, 1000, &others), 1000);
    EXPECT_EQ(others, 2);
    EXPECT_EQ(count_entries(directory, 65536, 1000, &others), 0);
    OK(lseek(directory, 0, SEEK_SET));
    EXPECT_EQ(count_entries(directory, 100, 1000, &others), 1000);
    EXPECT_EQ(others, 2);
}

CHECK(entries_gone_and_come_during_a_listing)
{
    unsigned others;
    check_directory();
    make_entries(300);
    int directory = OK(open(".", O_RDONLY | O_DIRECTORY));
    static char buffer[400];
    OK(syscall(SYS_getdents64, directory, buffer, sizeof buffer));
    OK(lseek(directory, 0, SEEK_SET));
    for (unsigned i = 200; i < 300; i++) {
        char name[32];
        snprintf(name, sizeof name, "a%u", i);
        OK(unlink(name));
    }
    EXPECT(count_entries(directory, 512, 200, &others) == 200);
}

CHECK(getdents_refuses)
{
    char buffer[256];
    check_directory();
    int file = check_file("a", ""), directory = OK(open(".", O_RDONLY));
    EXPECT_FAILS(ENOTDIR, syscall(SYS_getdents64, file, buffer, sizeof buffer));
    EXPECT_FAILS(EINVAL, syscall(SYS_getdents64, directory, buffer, 8));
    EXPECT_FAILS(EFAULT, syscall(SYS_getdents64, directory, (void *)8, 256));
    OK(mkdir("d", 0777));
    int gone = OK(open("d", O_RDONLY));
    OK(rmdir("d"));
    EXPECT_FAILS(ENOENT, syscall(SYS_getdents64, gone, buffer, sizeof buffer));
}

CHECK(entries_have_types)
{
    check_directory();
    close(check_file("f", ""));
    OK(mkdir("d", 0777));
    OK(symlink("f", "l"));
    OK(mkfifo("p", 0666));
    DIR *directory = opendir(".");
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        int wanted = strchr("f", *entry->d_name)    ? DT_REG
                     : strchr("d.", *entry->d_name) ? DT_DIR
                     : *entry->d_name == 'l'        ? DT_LNK
                                                    : DT_FIFO;
        if (entry->d_type != DT_UNKNOWN)
            EXPECT_EQ(entry->d_type, wanted);
    }
}

static long links(const char *name)
{
    struct stat status;
    OK(stat(name, &status));
    return status.st_nlink;
}

CHECK(making_and_removing)
{
    check_directory();
    OK(mkdir("d", 0777));
    EXPECT_EQ(links("d"), 2);
    OK(mkdir("d/e", 0777));
    EXPECT_EQ(links("d"), 3);
    EXPECT_FAILS(EEXIST, mkdir("d", 0777));
    EXPECT_FAILS(EEXIST, mkdir("d/", 0777));
    EXPECT_FAILS(EEXIST, mkdir("/", 0777));
    EXPECT_FAILS(ENOENT, mkdir("no/e", 0777));
    EXPECT_FAILS(ENOTEMPTY, rmdir("d"));
    EXPECT_FAILS(EINVAL, rmdir("d/e/."));
    EXPECT_FAILS(ENOTEMPTY, rmdir("d/e/.."));
    OK(rmdir("d/e/"));
    OK(mkdir("d/f/", 0777));
    OK(rmdir("d/f"));
    OK(rmdir("d"));
    EXPECT_FAILS(ENOENT, rmdir("d"));
    close(check_file("a", ""));
    EXPECT_FAILS(ENOTDIR, rmdir("a"));
    EXPECT_FAILS(ENOTDIR, mkdir("a/b", 0777));
    EXPECT_FAILS(EBUSY, rmdir("/"));
}

CHECK(at_forms)
{
    check_directory();
    OK(mkdir("d", 0777));
    int directory = OK(open("d", O_RDONLY));
    OK(mkdirat(directory, "e", 0777));
    OK(mknodat(directory, "f", S_IFREG | 0600, 0));
    OK(symlinkat("f", directory, "l"));
    OK(linkat(directory, "f", AT_FDCWD, "g", 0));
    OK(renameat(AT_FDCWD, "g", directory, "h"));
    OK(access("d/h", F_OK));
    OK(unlinkat(directory, "h", 0));
    EXPECT_FAILS(EISDIR, unlinkat(directory, "e", 0));
    OK(unlinkat(directory, "e", AT_REMOVEDIR));
    EXPECT_FAILS(EINVAL, unlinkat(directory, "f", 0x4000));
    EXPECT_FAILS(ENOTDIR, unlinkat(directory, "f", AT_REMOVEDIR));
    EXPECT_FAILS(EBADF, mkdirat(99, "x", 0777));
}

CHECK(the_current_directory)
{
    char name[PATH_MAX], wanted[64];
    check_directory();
    snprintf(wanted, sizeof wanted, "/tmp/check-%d", (int)getpid());
    EXPECT(getcwd(name, sizeof name) && strcmp(name, wanted) == 0);
    OK(mkdir("d", 0777));
    int above = OK(open(".", O_RDONLY));
    OK(chdir("d"));
    OK(rename("../d", "../e"));
    strcat(wanted, "/e");
    EXPECT(getcwd(name, sizeof name) && strcmp(name, wanted) == 0);
    EXPECT_EQ(syscall(SYS_getcwd, name, sizeof name), strlen(wanted) + 1);
    EXPECT_FAILS(ERANGE, syscall(SYS_getcwd, name, 3));
    OK(rmdir("../e"));
    EXPECT_FAILS(ENOENT, syscall(SYS_getcwd, name, sizeof name));
    EXPECT_FAILS(ENOENT, open("x", O_RDWR | O_CREAT, 0666));
    OK(fchdir(above));
    close(check_file("f", ""));
    EXPECT_FAILS(ENOTDIR, chdir("f"));
    EXPECT_FAILS(ENOENT, chdir("no"));
    EXPECT_FAILS(ENOTDIR, fchdir(OK(open("f", O_RDONLY))));
    OK(chdir("/"));
    EXPECT(getcwd(name, sizeof name) && strcmp(name, "/") == 0);
}

CHECK(a_childs_current_directory_is_its_own)
{
    char name[PATH_MAX];
    check_directory();
    pid_t child = OK(fork());
    if (child == 0) {
        OK(chdir("/"));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT(getcwd(name, sizeof name) && strcmp(name, "/") != 0);
}

CHECK(a_deep_tree)
{
    check_directory();
    for (int i = 0; i < 200; i++) {
        OK(mkdir("deeper-and-deeper-into-it-goes", 0777));
        OK(chdir("deeper-and-deeper-into-it-goes"));
    }
    static char path[PATH_MAX * 2];
    EXPECT_FAILS(ENAMETOOLONG, syscall(SYS_getcwd, path, PATH_MAX));
    for (int i = 0; i < 200; i++) {
        OK(chdir(".."));
        OK(rmdir("deeper-and-deeper-into-it-goes"));
    }
    OK(access(".", F_OK));
}

CHECK_AS_ROOT(another_root)
{
    char name[PATH_MAX];
    check_directory();
    OK(mkdir("d", 0777));
    close(check_file("d/f", ""));
    OK(chroot("."));
    OK(chdir("/"));
    OK(access("/d/f", F_OK));
    OK(access("/../../d/f", F_OK));
    EXPECT(getcwd(name, sizeof name) && strcmp(name, "/") == 0);
}
