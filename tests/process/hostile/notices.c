/* Marks, events that nobody reads, splices that never end, and files that stand for processes: as
 * many as there can be. */
#include "hostile.h"
#include <sys/inotify.h>
#include <sys/socket.h>

enum { PIDFD_OPEN = 434 };

static void expect_notices(void)
{
    char bytes[512];
    int in = (int)OK(inotify_init1(IN_NONBLOCK));
    check_directory();
    OK(inotify_add_watch(in, ".", IN_CREATE));
    OK(close(check_file("a", "")));
    EXPECT_EQ(read(in, bytes, sizeof bytes), 32);
    OK(close(in));
}

static void own_directory(unsigned number)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/hostile-%u", number);
    if (mkdir(path, 0700) < 0)
        EXPECT_EQ(errno, EEXIST);
    OK(chdir(path));
}

static void remove_directories(unsigned nr)
{
    char path[64];
    while (nr-- > 0) {
        snprintf(path, sizeof path, "/tmp/hostile-%u", nr);
        OK(rmdir(path));
    }
}

/* A directory with long names that many queues hear of. */
static void lets_queues_fill(unsigned number)
{
    char name[256];
    int in, nr = 0;
    own_directory(number);
    while ((in = inotify_init1(0)) >= 0 && inotify_add_watch(in, ".", IN_ALL_EVENTS) >= 0)
        nr++;
    EXPECT(in >= 0 || errno == EMFILE || errno == ENOMEM);
    memset(name, 'n', 250);
    for (int i = 0; i < 400; i++) {
        snprintf(name + 245, 10, "%05d", i % 100);
        int file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file >= 0)
            close(file);
        unlink(name);
    }
}

CHECK(queues_that_nobody_reads)
{
    beside(lets_queues_fill, 4);
    remove_directories(4);
    expect_notices();
}

static void marks_all(unsigned number)
{
    char name[16];
    int in = inotify_init1(0), error = 0, nr = 0;
    own_directory(number);
    for (; nr < 40000 && !error; nr++) {
        snprintf(name, sizeof name, "%d", nr);
        int file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file < 0 || close(file) < 0 || inotify_add_watch(in, name, IN_ALL_EVENTS) < 0)
            error = errno;
        if (nr % 2)
            unlink(name);
    }
    EXPECT(error == ENOSPC || error == ENOMEM || error == EBADF);
    while (nr-- > 0) {
        snprintf(name, sizeof name, "%d", nr);
        unlink(name);
    }
}

CHECK(marks_until_there_can_be_no_more)
{
    beside(marks_all, 4);
    remove_directories(4);
    expect_notices();
}

/* Bytes that go in circles through pipes and a socket, until their movers are killed. */
static void moves_in_circles(unsigned number)
{
    int pipes[3][2], pair[2];
    char bytes[512] = "";
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    for (int i = 0; i < 3; i++) {
        OK(pipe(pipes[i]));
        EXPECT_EQ(write(pipes[i][1], bytes, sizeof bytes), sizeof bytes);
    }
    int ways[4][2] = {{pipes[0][0], pipes[1][1]},
                      {pipes[1][0], pair[0]},
                      {pair[1], pipes[2][1]},
                      {pipes[2][0], pipes[0][1]}};
    for (int i = 0; i < 8; i++)
        if (fork() == 0)
            for (;;) {
                splice(ways[i % 4][0], NULL, ways[i % 4][1], NULL, 100 + number, i < 4 ? 0 : 2);
                tee(pipes[0][0], pipes[2][1], 50, SPLICE_F_NONBLOCK);
            }
    check_pause_ms(2000);
    OK(kill(0, SIGKILL));
}

CHECK(bytes_in_circles)
{
    beside(moves_in_circles, 2);
    expect_notices();
}

/* Files of processes that have long ended. */
static void keeps_the_dead(unsigned number)
{
    struct rlimit limit;
    (void)number;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    for (int i = 0; i < 300; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0)
            break;
        syscall(PIDFD_OPEN, child, 0);
        check_wait(child);
    }
}

CHECK(files_of_many_that_ended)
{
    beside(keeps_the_dead, 2);
    expect_notices();
}
