/* inotify: what it tells of files, directories and names, in which order; masks; limits; ends. */
#include "check.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

static int in;

static void begin(void)
{
    check_directory();
    in = (int)OK(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
}

static int watch(const char *path, uint32_t mask)
{
    return (int)OK(inotify_add_watch(in, path, mask));
}

/* The next event, of which the name is kept in `name`. */
static struct inotify_event next;
static char name[256];
static char buffer[16 * 1024] __attribute__((aligned(8)));
static long there, taken;

static bool take(void)
{
    if (taken == there) {
        taken = 0;
        there = read(in, buffer, sizeof buffer);
        if (there < 0) {
            EXPECT_EQ(errno, EAGAIN);
            there = 0;
            return false;
        }
    }
    memcpy(&next, buffer + taken, sizeof next);
    EXPECT_EQ(next.len % 16, 0);
    *name = 0;
    if (next.len)
        strcpy(name, buffer + taken + sizeof next);
    EXPECT(next.len == 0 || (*name && next.len > strlen(name) && next.len < strlen(name) + 17));
    taken += (long)(sizeof next + next.len);
    EXPECT(taken <= there);
    return true;
}

static void expect(int number, uint32_t mask, const char *of)
{
    if (!take())
        FAIL("no event comes where %#x of \"%s\" is due", mask, of);
    if (next.wd != number || next.mask != mask || strcmp(name, of) != 0)
        FAIL("watch %d tells %#x of \"%s\", not watch %d %#x of \"%s\"", next.wd, next.mask, name,
             number, mask, of);
}

static void expect_no_more(void)
{
    if (take())
        FAIL("watch %d tells %#x of \"%s\" besides", next.wd, next.mask, name);
}

static void touch(const char *path)
{
    OK(close((int)OK(open(path, O_WRONLY | O_CREAT, 0666))));
}

/* ---- what happens in a directory ---- */

CHECK(a_file_lives_in_a_directory)
{
    begin();
    int here = watch(".", IN_ALL_EVENTS);
    int file = (int)OK(open("a", O_RDWR | O_CREAT, 0666));
    expect(here, IN_CREATE, "a");
    expect(here, IN_OPEN, "a");
    EXPECT_EQ(write(file, "abc", 3), 3);
    expect(here, IN_MODIFY, "a");
    char bytes[4];
    EXPECT_EQ(pread(file, bytes, 3, 0), 3);
    expect(here, IN_ACCESS, "a");
    OK(fchmod(file, 0600));
    expect(here, IN_ATTRIB, "a");
    OK(ftruncate(file, 1));
    expect(here, IN_MODIFY, "a");
    OK(close(file));
    expect(here, IN_CLOSE_WRITE, "a");
    OK(close((int)OK(open("a", O_RDONLY))));
    expect(here, IN_OPEN, "a");
    expect(here, IN_CLOSE_NOWRITE, "a");
    OK(unlink("a"));
    expect(here, IN_DELETE, "a");
    expect_no_more();
}

CHECK(what_is_no_event)
{
    begin();
    touch("a");
    watch(".", IN_ALL_EVENTS);
    struct stat status;
    OK(stat("a", &status));
    OK(access("a", R_OK));
    EXPECT_FAILS(EEXIST, mkdir("a", 0777));
    EXPECT_FAILS(ENOENT, unlink("b"));
    EXPECT_FAILS(ENOENT, rename("b", "c"));
    OK(close((int)OK(open("a", O_PATH))));
    expect_no_more();
    int file = (int)OK(open("a", O_RDONLY)), copy = (int)OK(dup(file));
    char byte;
    EXPECT_EQ(read(file, &byte, 1), 0);
    take();
    EXPECT_EQ(next.mask, IN_OPEN);
    OK(close(file));
    expect_no_more();
    OK(close(copy));
    take();
    EXPECT_EQ(next.mask, IN_CLOSE_NOWRITE);
}

CHECK(other_kinds_of_names)
{
    begin();
    touch("a");
    int here = watch(".", IN_CREATE | IN_DELETE);
    OK(mkdir("d", 0777));
    expect(here, IN_CREATE | IN_ISDIR, "d");
    OK(symlink("nowhere", "l"));
    expect(here, IN_CREATE, "l");
    OK(mkfifo("f", 0666));
    expect(here, IN_CREATE, "f");
    OK(link("a", "b"));
    expect(here, IN_CREATE, "b");
    OK(rmdir("d"));
    expect(here, IN_DELETE | IN_ISDIR, "d");
    OK(unlink("l"));
    expect(here, IN_DELETE, "l");
    expect_no_more();
}

CHECK(a_directory_within)
{
    char bytes[512];
    begin();
    OK(mkdir("d", 0777));
    int here = watch(".", IN_ALL_EVENTS), inner = watch("d", IN_ALL_EVENTS);
    int directory = (int)OK(open("d", O_RDONLY | O_DIRECTORY));
    expect(here, IN_OPEN | IN_ISDIR, "d");
    expect(inner, IN_OPEN | IN_ISDIR, "");
    OK(syscall(SYS_getdents64, directory, bytes, sizeof bytes));
    expect(here, IN_ACCESS | IN_ISDIR, "d");
    expect(inner, IN_ACCESS | IN_ISDIR, "");
    OK(chmod("d", 0700));
    expect(here, IN_ATTRIB | IN_ISDIR, "d");
    expect(inner, IN_ATTRIB | IN_ISDIR, "");
    OK(close(directory));
    expect(here, IN_CLOSE_NOWRITE | IN_ISDIR, "d");
    expect(inner, IN_CLOSE_NOWRITE | IN_ISDIR, "");
    OK(mkdir("d/e", 0777));
    expect(inner, IN_CREATE | IN_ISDIR, "e");
    OK(rmdir("d/e"));
    expect(inner, IN_DELETE | IN_ISDIR, "e");
    OK(rmdir("d"));
    expect(inner, IN_DELETE_SELF, "");
    expect(inner, IN_IGNORED, "");
    expect(here, IN_DELETE | IN_ISDIR, "d");
    expect_no_more();
}

/* ---- what happens to a file ---- */

CHECK(a_file_itself)
{
    begin();
    touch("a");
    int it = watch("a", IN_ALL_EVENTS);
    int file = (int)OK(open("a", O_WRONLY));
    expect(it, IN_OPEN, "");
    EXPECT_EQ(write(file, "a", 1), 1);
    expect(it, IN_MODIFY, "");
    OK(close(file));
    expect(it, IN_CLOSE_WRITE, "");
    OK(truncate("a", 0));
    expect(it, IN_MODIFY, "");
    OK(link("a", "b"));
    expect(it, IN_ATTRIB, "");
    OK(unlink("a"));
    expect(it, IN_ATTRIB, "");
    OK(rename("b", "c"));
    expect(it, IN_MOVE_SELF, "");
    OK(unlink("c"));
    expect(it, IN_ATTRIB, "");
    expect(it, IN_DELETE_SELF, "");
    expect(it, IN_IGNORED, "");
    expect_no_more();
    EXPECT_FAILS(EINVAL, inotify_rm_watch(in, it));
}

CHECK(both_tell_of_it)
{
    begin();
    touch("a");
    int it = watch("a", IN_ATTRIB), here = watch(".", IN_ATTRIB);
    OK(chmod("a", 0600));
    expect(here, IN_ATTRIB, "a");
    expect(it, IN_ATTRIB, "");
    expect_no_more();
}

CHECK(a_file_that_is_open_ends_when_it_is_closed)
{
    begin();
    int file = check_file("a", "");
    int it = watch("a", IN_DELETE_SELF | IN_ATTRIB);
    OK(unlink("a"));
    expect(it, IN_ATTRIB, "");
    expect_no_more();
    OK(close(file));
    expect(it, IN_DELETE_SELF, "");
    expect(it, IN_IGNORED, "");
    expect_no_more();
}

CHECK(files_that_lost_their_names)
{
    begin();
    int file = check_file("a", ""), other = check_file("b", "");
    int here = watch(".", IN_MODIFY);
    OK(unlink("a"));
    EXPECT_EQ(write(file, "a", 1), 1);
    expect(here, IN_MODIFY, "a");
    watch(".", IN_MODIFY | IN_EXCL_UNLINK);
    EXPECT_EQ(write(file, "a", 1), 1);
    expect_no_more();
    EXPECT_EQ(write(other, "a", 1), 1);
    expect(here, IN_MODIFY, "b");
}

CHECK(files_that_never_had_one)
{
    begin();
    watch(".", IN_CREATE | IN_DELETE | IN_ATTRIB);
    int file = open(".", O_TMPFILE | O_RDWR, 0600);
    if (file < 0 && errno == EOPNOTSUPP)
        SKIP("this file system has no O_TMPFILE");
    OK(close((int)OK(file)));
    expect_no_more();
}

CHECK(files_that_are_renamed_while_they_are_open)
{
    begin();
    OK(mkdir("d", 0777));
    int file = check_file("a", "");
    int here = watch(".", IN_MODIFY), inner = watch("d", IN_MODIFY);
    OK(rename("a", "b"));
    EXPECT_EQ(write(file, "a", 1), 1);
    expect(here, IN_MODIFY, "b");
    OK(rename("b", "d/c"));
    EXPECT_EQ(write(file, "a", 1), 1);
    expect(inner, IN_MODIFY, "c");
    OK(mkdir("other", 0777));
    OK(rename("d/c", "other/c"));
    EXPECT_EQ(write(file, "a", 1), 1);
    expect_no_more();
}

CHECK(times)
{
    begin();
    touch("a");
    int it = watch("a", IN_ALL_EVENTS);
    struct timespec omit = {0, UTIME_OMIT}, now = {0, UTIME_NOW};
    OK(utimensat(AT_FDCWD, "a", (struct timespec[]){now, now}, 0));
    expect(it, IN_ATTRIB, "");
    OK(utimensat(AT_FDCWD, "a", (struct timespec[]){now, omit}, 0));
    expect(it, IN_ACCESS, "");
    OK(utimensat(AT_FDCWD, "a", (struct timespec[]){omit, now}, 0));
    expect(it, IN_MODIFY, "");
    OK(utimensat(AT_FDCWD, "a", (struct timespec[]){omit, omit}, 0));
    OK(chown("a", (uid_t)-1, getgid()));
    expect(it, IN_ATTRIB, "");
    expect_no_more();
}

/* ---- moving ---- */

static void expect_move(int from, const char *old, int into, const char *new, uint32_t kind)
{
    expect(from, IN_MOVED_FROM | kind, old);
    uint32_t cookie = next.cookie;
    EXPECT(cookie != 0);
    expect(into, IN_MOVED_TO | kind, new);
    EXPECT_EQ(next.cookie, cookie);
}

CHECK(moves)
{
    begin();
    OK(mkdir("d", 0777));
    touch("a");
    int here = watch(".", IN_MOVE), inner = watch("d", IN_MOVE | IN_MOVE_SELF);
    OK(rename("a", "b"));
    expect_move(here, "a", here, "b", 0);
    OK(rename("b", "d/c"));
    expect_move(here, "b", inner, "c", 0);
    OK(rename("d", "e"));
    expect_move(here, "d", here, "e", IN_ISDIR);
    expect(inner, IN_MOVE_SELF, "");
    expect_no_more();
}

CHECK(what_a_move_replaces)
{
    begin();
    touch("a");
    touch("b");
    int here = watch(".", IN_MOVE | IN_DELETE), lost = watch("b", IN_DELETE_SELF | IN_ATTRIB);
    OK(rename("a", "b"));
    int seen = 0;
    while (take()) {
        if (next.wd == lost)
            seen += next.mask == IN_ATTRIB        ? 1
                    : next.mask == IN_DELETE_SELF ? 10
                    : next.mask == IN_IGNORED     ? 100
                                                  : 1000;
        else
            EXPECT(next.wd == here && next.mask & IN_MOVE);
    }
    EXPECT_EQ(seen, 111);
}

CHECK(exchanges)
{
    begin();
    touch("a");
    OK(mkdir("d", 0777));
    int here = watch(".", IN_ALL_EVENTS);
    if (syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "d", 2) < 0)
        SKIP("this file system exchanges no names");
    expect_move(here, "a", here, "d", 0);
    expect_move(here, "d", here, "a", IN_ISDIR);
    expect_no_more();
}

/* ---- masks and numbers ---- */

CHECK(one_watch_for_one_file)
{
    begin();
    touch("a");
    OK(link("a", "b"));
    int it = watch("a", IN_ATTRIB);
    EXPECT_EQ(watch("b", IN_MODIFY), it);
    OK(chmod("a", 0600));
    expect_no_more();
    EXPECT_EQ(watch("a", IN_ATTRIB | IN_MASK_ADD), it);
    OK(chmod("a", 0644));
    OK(truncate("a", 5));
    expect(it, IN_ATTRIB, "");
    expect(it, IN_MODIFY, "");
    EXPECT_FAILS(EEXIST, inotify_add_watch(in, "b", IN_ATTRIB | IN_MASK_CREATE));
    int other = watch(".", IN_OPEN | IN_MASK_CREATE);
    EXPECT(other > it && it > 0);
}

CHECK(once)
{
    begin();
    touch("a");
    int it = watch("a", IN_ATTRIB | IN_ONESHOT);
    OK(chmod("a", 0600));
    expect(it, IN_ATTRIB, "");
    expect(it, IN_IGNORED, "");
    OK(chmod("a", 0644));
    expect_no_more();
}

CHECK(links)
{
    begin();
    OK(mkdir("d", 0777));
    OK(symlink("d", "l"));
    int real = watch("l", IN_CREATE), own = watch("l", IN_ATTRIB | IN_DONT_FOLLOW);
    EXPECT(real != own);
    touch("d/a");
    expect(real, IN_CREATE, "a");
    OK(lchown("l", (uid_t)-1, getgid()));
    expect(own, IN_ATTRIB, "");
    expect_no_more();
}

CHECK(removed_watches)
{
    begin();
    touch("a");
    int it = watch("a", IN_ATTRIB);
    OK(inotify_rm_watch(in, it));
    expect(it, IN_IGNORED, "");
    OK(chmod("a", 0600));
    expect_no_more();
    EXPECT_FAILS(EINVAL, inotify_rm_watch(in, it));
    int again = watch("a", IN_ATTRIB);
    EXPECT(again > it);
}

CHECK(two_that_watch_the_same)
{
    begin();
    touch("a");
    int it = watch("a", IN_ATTRIB), other = (int)OK(inotify_init1(IN_NONBLOCK));
    OK(inotify_add_watch(other, "a", IN_ATTRIB));
    OK(chmod("a", 0600));
    expect(it, IN_ATTRIB, "");
    OK(close(other));
    OK(chmod("a", 0644));
    expect(it, IN_ATTRIB, "");
    expect_no_more();
}

/* ---- the queue ---- */

CHECK(like_events_are_one)
{
    begin();
    int file = check_file("a", "");
    int here = watch(".", IN_MODIFY | IN_ATTRIB);
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(write(file, "a", 1), 1);
    OK(fchmod(file, 0600));
    EXPECT_EQ(write(file, "a", 1), 1);
    expect(here, IN_MODIFY, "a");
    expect(here, IN_ATTRIB, "a");
    expect(here, IN_MODIFY, "a");
    expect_no_more();
}

CHECK(reading)
{
    char bytes[100];
    int ready;
    begin();
    watch(".", IN_CREATE);
    EXPECT_FAILS(EAGAIN, read(in, bytes, sizeof bytes));
    EXPECT_FAILS(EBADF, write(in, bytes, 1));
    struct pollfd poll_file = {.fd = in, .events = POLLIN};
    EXPECT_EQ(OK(poll(&poll_file, 1, 0)), 0);
    touch("a");
    touch("a-name-of-16-byt");
    EXPECT_EQ(OK(poll(&poll_file, 1, 0)), 1);
    OK(ioctl(in, FIONREAD, &ready));
    EXPECT_EQ(ready, 16 + 16 + 16 + 32);
    EXPECT_FAILS(EINVAL, read(in, bytes, 31));
    EXPECT_EQ(read(in, bytes, 79), 32);
    EXPECT_FAILS(EFAULT, read(in, BAD, 100));
    EXPECT_FAILS(EAGAIN, read(in, bytes, sizeof bytes));
}

CHECK(reading_waits)
{
    begin();
    OK(fcntl(in, F_SETFL, 0));
    int here = watch(".", IN_CREATE);
    pid_t child = OK(fork());
    if (child == 0) {
        check_pause_ms(10);
        touch("a");
        _exit(0);
    }
    expect(here, IN_CREATE, "a");
    EXPECT_EXITS(child, 0);
}

CHECK(queues_that_are_full)
{
    static char bytes[64 * 1024];
    int limit = 0, events = 0;
    long n;
    FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
    EXPECT(file && fscanf(file, "%d", &limit) == 1 && limit > 0);
    if (limit > 20000)
        SKIP("a queue may have %d events", limit);
    begin();
    touch("a");
    int it = watch("a", IN_ATTRIB | IN_MODIFY);
    for (int i = 0; i < limit / 2 + 100; i++) {
        OK(chmod("a", 0600));
        OK(truncate("a", 0));
    }
    struct inotify_event *last = NULL;
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        for (long at = 0; at < n; at += (long)sizeof *last, events++) {
            if (last)
                EXPECT(last->wd == it && !(last->mask & IN_Q_OVERFLOW));
            last = (struct inotify_event *)(bytes + at);
            EXPECT_EQ(last->len, 0);
        }
    EXPECT(last && last->wd == -1 && last->mask == IN_Q_OVERFLOW);
    EXPECT_EQ(events, limit + 1);
    OK(chmod("a", 0600));
    expect(it, IN_ATTRIB, "");
    expect_no_more();
}

/* Others rename and write while this one reads: what comes for a name is in an order that can be.
 */
CHECK(names_of_several_processes)
{
    enum { NR = 4, ROUNDS = 200 };
    char path[32];
    int state[NR] = {0}, ended = 0;
    begin();
    OK(fcntl(in, F_SETFL, 0));
    watch(".", IN_CREATE | IN_DELETE | IN_CLOSE_WRITE);
    for (int i = 0; i < NR; i++)
        if (OK(fork()) == 0) {
            snprintf(path, sizeof path, "file-%d", i);
            for (int round = 0; round < ROUNDS; round++) {
                touch(path);
                OK(unlink(path));
            }
            _exit(0);
        }
    uint32_t wanted[] = {IN_CREATE, IN_CLOSE_WRITE, IN_DELETE};
    while (ended < NR && take()) {
        int who = name[5] - '0';
        EXPECT(strncmp(name, "file-", 5) == 0 && who >= 0 && who < NR);
        EXPECT_EQ(next.mask, wanted[state[who] % 3]);
        if (++state[who] == 3 * ROUNDS)
            ended++;
    }
    for (int i = 0; i < NR; i++) {
        int status;
        OK(wait(&status));
        EXPECT_EQ(status, 0);
    }
}

/* ---- errors ---- */

CHECK(watches_that_cannot_be)
{
    begin();
    touch("a");
    int null = (int)OK(open("/dev/null", O_RDONLY));
    EXPECT_FAILS(EINVAL, inotify_init1(1));
    EXPECT_FAILS(EINVAL, inotify_add_watch(in, "a", 0));
    EXPECT_FAILS(EINVAL, inotify_add_watch(in, "a", IN_MASK_ADD | IN_MASK_CREATE | IN_OPEN));
    EXPECT_FAILS(EINVAL, inotify_add_watch(null, "a", IN_OPEN));
    EXPECT_FAILS(EBADF, inotify_add_watch(-1, "a", IN_OPEN));
    EXPECT_FAILS(ENOENT, inotify_add_watch(in, "b", IN_OPEN));
    EXPECT_FAILS(ENOENT, inotify_add_watch(in, "", IN_OPEN));
    EXPECT_FAILS(ENOTDIR, inotify_add_watch(in, "a", IN_OPEN | IN_ONLYDIR));
    EXPECT_FAILS(EFAULT, inotify_add_watch(in, BAD, IN_OPEN));
    EXPECT_FAILS(EINVAL, inotify_rm_watch(in, 1));
    EXPECT_FAILS(EINVAL, inotify_rm_watch(null, 1));
    EXPECT_FAILS(EBADF, inotify_rm_watch(-1, 1));
}

CHECK_AS_ROOT(what_may_not_be_read)
{
    begin();
    OK(chmod(".", 0777));
    touch("a");
    OK(chmod("a", 0222));
    OK(setresuid(1000, 1000, 1000));
    EXPECT_FAILS(EACCES, inotify_add_watch(in, "a", IN_OPEN));
}

CHECK(as_many_as_there_may_be)
{
    int limit = 0, files[1200], nr = 0;
    FILE *file = fopen("/proc/sys/fs/inotify/max_user_instances", "r");
    EXPECT(file && fscanf(file, "%d", &limit) == 1 && limit > 0);
    if (limit > 1000)
        SKIP("a user may have %d", limit);
    struct rlimit descriptors;
    OK(getrlimit(RLIMIT_NOFILE, &descriptors));
    descriptors.rlim_cur = descriptors.rlim_max;
    OK(setrlimit(RLIMIT_NOFILE, &descriptors));
    while (nr < 1200 && (files[nr] = inotify_init1(0)) >= 0)
        nr++;
    EXPECT_EQ(errno, EMFILE);
    EXPECT(nr > 0 && nr <= limit);
    OK(close(files[0]));
    OK(inotify_init1(0));
}
