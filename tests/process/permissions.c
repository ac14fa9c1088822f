/* Who may do what: owners, groups, sticky directories, set-id bits, a process's identities. All as
 * root, which then becomes somebody else. */
#include "check.h"
#include <grp.h>

#define NOBODY 65534
#define OTHER  1234

/* The rest of the check is another user's. */
static void become(uid_t user, gid_t group)
{
    OK(setgroups(0, NULL));
    OK(setresgid(group, group, group));
    OK(setresuid(user, user, user));
}

static void open_directory_to_all(void)
{
    check_directory();
    OK(chmod(".", 0777));
}

CHECK_AS_ROOT(the_fitting_bits_count_alone)
{
    open_directory_to_all();
    close(check_file("owner", ""));
    close(check_file("group", ""));
    close(check_file("others", ""));
    OK(chown("owner", NOBODY, OTHER));
    OK(chmod("owner", 0077));
    OK(chown("group", OTHER, NOBODY));
    OK(chmod("group", 0707));
    OK(chmod("others", 0774));
    become(NOBODY, NOBODY);
    EXPECT_FAILS(EACCES, open("owner", O_RDONLY));
    EXPECT_FAILS(EACCES, open("group", O_RDONLY));
    OK(open("others", O_RDONLY));
    EXPECT_FAILS(EACCES, open("others", O_WRONLY));
    EXPECT_FAILS(EACCES, truncate("others", 0));
    OK(access("others", R_OK));
    EXPECT_FAILS(EACCES, access("others", W_OK));
}

CHECK_AS_ROOT(further_groups_count)
{
    gid_t groups[] = {77, 78}, got[4];
    open_directory_to_all();
    close(check_file("a", ""));
    OK(chown("a", 0, 78));
    OK(chmod("a", 0040));
    OK(setgroups(2, groups));
    EXPECT_EQ(getgroups(4, got), 2);
    EXPECT_EQ(getgroups(0, NULL), 2);
    EXPECT_EQ(got[0] + got[1], 77 + 78);
    EXPECT_FAILS(EINVAL, getgroups(1, got));
    OK(setresgid(OTHER, OTHER, OTHER));
    OK(setresuid(OTHER, OTHER, OTHER));
    OK(open("a", O_RDONLY));
    EXPECT_FAILS(EPERM, setgroups(0, NULL));
}

CHECK_AS_ROOT(root_passes_but_does_not_execute)
{
    check_directory();
    close(check_file("a", ""));
    OK(chown("a", NOBODY, NOBODY));
    OK(chmod("a", 0));
    OK(open("a", O_RDWR));
    OK(access("a", R_OK | W_OK));
    EXPECT_FAILS(EACCES, access("a", X_OK));
    char *arguments[] = {"a", NULL};
    EXPECT_FAILS(EACCES, execv("./a", arguments));
}

CHECK_AS_ROOT(directories_need_search)
{
    open_directory_to_all();
    OK(mkdir("d", 0777));
    close(check_file("d/f", ""));
    OK(mkdir("r", 0777));
    close(check_file("r/f", ""));
    OK(chmod("d", 0711));
    OK(chmod("d/f", 0666));
    OK(chmod("r", 0744));
    become(NOBODY, NOBODY);
    OK(open("d/f", O_RDWR));
    EXPECT_FAILS(EACCES, open("d", O_RDONLY));
    EXPECT_FAILS(EACCES, open("d/new", O_RDWR | O_CREAT, 0666));
    EXPECT_FAILS(EACCES, unlink("d/f"));
    EXPECT_FAILS(EACCES, mkdir("d/new", 0777));
    OK(open("r", O_RDONLY));
    EXPECT_FAILS(EACCES, open("r/f", O_RDONLY));
    EXPECT_FAILS(EACCES, chdir("r"));
    EXPECT_FAILS(EACCES, access("r/no", F_OK));
}

CHECK_AS_ROOT(sticky_directories_protect)
{
    check_directory();
    OK(chmod(".", 01777));
    close(check_file("root", ""));
    close(check_file("own", ""));
    OK(chown("own", NOBODY, NOBODY));
    become(NOBODY, NOBODY);
    EXPECT_FAILS(EPERM, unlink("root"));
    EXPECT_FAILS(EPERM, rename("root", "x"));
    EXPECT_FAILS(EPERM, rename("own", "root"));
    OK(rename("own", "x"));
    OK(unlink("x"));
}

CHECK_AS_ROOT(only_owners_change_modes)
{
    struct stat status;
    const struct timespec times[] = {{1, 0}, {1, 0}};
    open_directory_to_all();
    close(check_file("root", ""));
    OK(chmod("root", 0666));
    close(check_file("own", ""));
    OK(chown("own", NOBODY, NOBODY));
    become(NOBODY, NOBODY);
    EXPECT_FAILS(EPERM, chmod("root", 0777));
    EXPECT_FAILS(EPERM, chown("root", NOBODY, -1));
    EXPECT_FAILS(EPERM, utimensat(AT_FDCWD, "root", times, 0));
    OK(utimensat(AT_FDCWD, "root", NULL, 0));
    OK(chmod("own", 0600));
    EXPECT_FAILS(EPERM, chown("own", OTHER, -1));
    EXPECT_FAILS(EPERM, chown("own", -1, OTHER));
    OK(chown("own", NOBODY, NOBODY));
    OK(stat("own", &status));
    EXPECT_EQ(status.st_uid, NOBODY);
}

CHECK_AS_ROOT(new_files_are_their_makers)
{
    struct stat status;
    open_directory_to_all();
    OK(mkdir("set", 0777));
    OK(chown("set", 0, OTHER));
    OK(chmod("set", 02777));
    become(NOBODY, NOBODY);
    close(check_file("a", ""));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_uid, NOBODY);
    EXPECT_EQ(status.st_gid, NOBODY);
    close(check_file("set/a", ""));
    OK(stat("set/a", &status));
    EXPECT_EQ(status.st_gid, OTHER);
    OK(mkdir("set/d", 0755));
    OK(stat("set/d", &status));
    EXPECT_EQ(status.st_gid, OTHER);
    EXPECT_EQ(status.st_mode & 07777, 02755);
}

CHECK_AS_ROOT(writing_and_owning_drop_set_id_bits)
{
    struct stat status;
    open_directory_to_all();
    int file = check_file("a", "");
    OK(fchmod(file, 06777));
    OK(fchown(file, OTHER, OTHER));
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_mode & 07777, 0777);
    OK(fchmod(file, 06777));
    become(NOBODY, NOBODY);
    EXPECT_EQ(write(file, "x", 1), 1);
    OK(fstat(file, &status));
    EXPECT_EQ(status.st_mode & 07777, 0777);
}

CHECK_AS_ROOT(links_are_owned)
{
    struct stat status;
    check_directory();
    close(check_file("a", ""));
    OK(symlink("a", "s"));
    OK(lchown("s", NOBODY, OTHER));
    OK(lstat("s", &status));
    EXPECT_EQ(status.st_uid, NOBODY);
    EXPECT_EQ(status.st_gid, OTHER);
    OK(stat("a", &status));
    EXPECT_EQ(status.st_uid, 0);
    OK(chown("s", OTHER, -1));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_uid, OTHER);
    EXPECT_EQ(status.st_gid, getegid());
    OK(fchownat(AT_FDCWD, "a", 5, 6, 0));
    OK(stat("a", &status));
    EXPECT_EQ(status.st_uid + status.st_gid, 11);
}

CHECK_AS_ROOT(identities_change_by_rule)
{
    uid_t real, effective, saved;
    OK(setresuid(10, 20, 30));
    OK(getresuid(&real, &effective, &saved));
    EXPECT(real == 10 && effective == 20 && saved == 30);
    EXPECT_EQ(getuid(), 10);
    EXPECT_EQ(geteuid(), 20);
    EXPECT_FAILS(EPERM, setresuid(-1, 40, -1));
    OK(seteuid(30));
    OK(setuid(10));
    EXPECT_EQ(geteuid(), 10);
    OK(getresuid(&real, &effective, &saved));
    EXPECT(real == 10 && effective == 10 && saved == 30);
    OK(setreuid(-1, 30));
    EXPECT_EQ(geteuid(), 30);
    EXPECT_FAILS(EPERM, setgid(5));
}

CHECK_AS_ROOT(access_asks_for_the_real_user)
{
    open_directory_to_all();
    close(check_file("a", ""));
    OK(chmod("a", 0600));
    OK(setresuid(NOBODY, 0, 0));
    OK(open("a", O_RDONLY));
    EXPECT_FAILS(EACCES, access("a", R_OK));
    OK(syscall(439 /* faccessat2 */, AT_FDCWD, "a", R_OK, AT_EACCESS));
}

CHECK_AS_ROOT(signals_need_the_same_user)
{
    pid_t child = OK(fork());
    if (child == 0) {
        OK(setresuid(OTHER, OTHER, OTHER));
        EXPECT_FAILS(EPERM, kill(getppid(), 0));
        EXPECT_FAILS(EPERM, kill(getppid(), SIGTERM));
        OK(kill(getpid(), 0));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}
