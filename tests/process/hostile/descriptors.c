/* Descriptors, as many as there can be, and what can hang on them. */
#include "hostile.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static void most_descriptors(void)
{
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
}

static void expect_descriptors(void)
{
    int first = OK(open("/dev/null", O_RDONLY));
    OK(close(first));
}

static void opens(unsigned number)
{
    int fd, last = -1;
    (void)number;
    most_descriptors();
    while ((fd = open("/proc/self/exe", O_RDONLY)) >= 0)
        last = fd;
    EXPECT(errno == EMFILE || errno == ENFILE || errno == ENOMEM);
    OK(close(last));
    EXPECT_EQ(open("/dev/null", O_RDONLY), last);
}

CHECK(files_until_there_can_be_no_more)
{
    beside(opens, 8);
    expect_descriptors();
}

static void send_descriptor(int to, int which, int *error)
{
    char byte = 0, control[CMSG_SPACE(sizeof which)] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof which);
    memcpy(CMSG_DATA(header), &which, sizeof which);
    *error = sendmsg(to, &message, MSG_DONTWAIT) < 0 ? errno : 0;
}

/* Sockets that lie in their own queues when nobody has them any more. */
static void sends_itself(unsigned number)
{
    int ends[2], error;
    (void)number;
    for (int i = 0; i < 5000; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
            break;
        send_descriptor(ends[0], ends[1], &error);
        send_descriptor(ends[1], ends[0], &error);
        close(ends[0]);
        close(ends[1]);
    }
}

CHECK(sockets_in_their_own_queues)
{
    beside(sends_itself, 2);
    expect_descriptors();
}

/* One socket in the next one's queue, and so on. */
static void sends_chains(unsigned number)
{
    int ends[2], error = 0, last = OK(open("/dev/null", O_RDONLY));
    (void)number;
    for (int i = 0; i < 5000 && !error; i++) {
        OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
        send_descriptor(ends[0], last, &error);
        close(last);
        close(ends[0]);
        last = ends[1];
    }
}

CHECK(sockets_in_each_others_queues)
{
    beside(sends_chains, 1);
    expect_descriptors();
}

static void watches(unsigned number)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
    int one, set = OK(epoll_create1(0)), outer = set;
    most_descriptors();
    (void)number;
    while ((one = eventfd(1, 0)) >= 0)
        if (epoll_ctl(set, EPOLL_CTL_ADD, one, &event) < 0)
            break;
    close(one);
    close(one - 1);
    close(one - 2);
    while ((one = epoll_create1(0)) >= 0 && epoll_ctl(one, EPOLL_CTL_ADD, outer, &event) == 0)
        outer = one;
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, outer, &event) < 0);
    epoll_wait(set, &event, 1, 0);
}

CHECK(sets_of_sets)
{
    beside(watches, 2);
    expect_descriptors();
}

/* Every other byte: none of the ranges can become one with another. */
static void locks(unsigned number)
{
    char name[32];
    snprintf(name, sizeof name, "/tmp/hostile-%u", number);
    int file = OK(open(name, O_RDWR | O_CREAT, 0600));
    OK(unlink(name));
    for (int i = 0; i < 20000; i++) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2 * i, .l_len = 1};
        if (fcntl(file, F_SETLK, &lock) < 0)
            break;
    }
}

CHECK(locks_without_end)
{
    beside_for(locks, 1, 5000);
}

/* A path of so many names, each in the one before. */
static void nests(unsigned number)
{
    char name[32];
    snprintf(name, sizeof name, "/tmp/hostile-%u", number);
    mkdir(name, 0700);
    OK(chdir(name));
    int depth = 0;
    while (depth < 3000 && mkdir("deep", 0700) == 0 && chdir("deep") == 0)
        depth++;
    char path[PAGE];
    EXPECT(depth < 900 || getcwd(path, sizeof path) == NULL);
    for (; depth >= 0; depth--) {
        OK(chdir(".."));
        OK(rmdir(depth ? "deep" : name));
    }
}

CHECK(directories_within_directories)
{
    beside(nests, 1);
}
