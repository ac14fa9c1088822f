/* Local sockets: pairs, streams, datagrams, names, what is sent along. */
#include "check.h"
#include <poll.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static int ends[2];

static void make_pair(int type)
{
    OK(socketpair(AF_UNIX, type, 0, ends));
}

static int ready(int file, short events)
{
    struct pollfd poll_file = {.fd = file, .events = events};
    OK(poll(&poll_file, 1, 0));
    return poll_file.revents;
}

static struct sockaddr_un address(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, name);
    return address;
}

static int named(int type, const char *name)
{
    struct sockaddr_un at = address(name);
    int file = OK(socket(AF_UNIX, type, 0));
    OK(bind(file, (struct sockaddr *)&at, sizeof at));
    return file;
}

static int connected(int type, const char *name)
{
    struct sockaddr_un at = address(name);
    int file = OK(socket(AF_UNIX, type, 0));
    OK(connect(file, (struct sockaddr *)&at, sizeof at));
    return file;
}

CHECK(streams_have_no_borders)
{
    char text[16];
    make_pair(SOCK_STREAM);
    EXPECT_EQ(write(ends[0], "ab", 2), 2);
    EXPECT_EQ(send(ends[0], "cde", 3, 0), 3);
    EXPECT_EQ(recv(ends[1], text, 4, MSG_PEEK), 4);
    EXPECT_EQ(read(ends[1], text, 16), 5);
    EXPECT(memcmp(text, "abcde", 5) == 0);
    EXPECT_FAILS(EAGAIN, recv(ends[1], text, 1, MSG_DONTWAIT));
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    EXPECT_EQ(read(ends[0], text, 16), 1);
}

static void packets(int type)
{
    char text[16];
    make_pair(type);
    EXPECT_EQ(send(ends[0], "ab", 2, 0), 2);
    EXPECT_EQ(send(ends[0], "cdef", 4, 0), 4);
    EXPECT_EQ(send(ends[0], "", 0, 0), 0);
    EXPECT_EQ(recv(ends[1], text, 16, 0), 2);
    EXPECT_EQ(recv(ends[1], text, 2, MSG_TRUNC), 4);
    EXPECT_EQ(recv(ends[1], text, 16, 0), 0);
    struct iovec vector = {text, 3};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    EXPECT_EQ(send(ends[0], "12345", 5, 0), 5);
    EXPECT_EQ(recvmsg(ends[1], &message, 0), 3);
    EXPECT_EQ(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
}

CHECK(datagrams_have_borders)
{
    packets(SOCK_DGRAM);
}

CHECK(sequenced_packets_have_borders)
{
    packets(SOCK_SEQPACKET);
    char text[4];
    OK(close(ends[0]));
    EXPECT_EQ(recv(ends[1], text, 4, 0), 0);
}

CHECK(waiting_for_all)
{
    char text[8];
    make_pair(SOCK_STREAM);
    pid_t child = OK(fork());
    if (child == 0) {
        for (int i = 0; i < 4; i++) {
            EXPECT_EQ(send(ends[0], "xy", 2, 0), 2);
            check_pause_ms(1);
        }
        _exit(0);
    }
    EXPECT_EQ(recv(ends[1], text, 8, MSG_WAITALL), 8);
    EXPECT_EXITS(child, 0);
}

CHECK(closing_and_shutting_down)
{
    char byte;
    signal(SIGPIPE, SIG_IGN);
    make_pair(SOCK_STREAM);
    EXPECT_EQ(write(ends[0], "x", 1), 1);
    OK(shutdown(ends[0], SHUT_WR));
    EXPECT_FAILS(EPIPE, write(ends[0], "x", 1));
    EXPECT_EQ(ready(ends[1], POLLIN | POLLOUT | POLLRDHUP), POLLIN | POLLOUT | POLLRDHUP);
    EXPECT_EQ(read(ends[1], &byte, 1), 1);
    EXPECT_EQ(read(ends[1], &byte, 1), 0);
    EXPECT_EQ(write(ends[1], "y", 1), 1);
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
    OK(close(ends[0]));
    EXPECT_EQ(ready(ends[1], POLLIN | POLLOUT) & (POLLIN | POLLHUP), POLLIN | POLLHUP);
    EXPECT_FAILS(EPIPE, send(ends[1], "y", 1, MSG_NOSIGNAL));
    EXPECT_FAILS(EINVAL, shutdown(ends[1], 9));
}

CHECK(what_was_not_read_is_an_error)
{
    char byte;
    make_pair(SOCK_STREAM);
    EXPECT_EQ(write(ends[0], "x", 1), 1);
    OK(close(ends[1]));
    EXPECT_FAILS(ECONNRESET, read(ends[0], &byte, 1));
}

CHECK(connections)
{
    char byte;
    check_directory();
    int listens = named(SOCK_STREAM, "s");
    EXPECT_FAILS(EINVAL, accept(listens, NULL, NULL));
    struct sockaddr_un at = address("s");
    int early = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(ECONNREFUSED, connect(early, (struct sockaddr *)&at, sizeof at));
    OK(listen(listens, 5));
    EXPECT_EQ(ready(listens, POLLIN), 0);
    int client = connected(SOCK_STREAM, "s");
    EXPECT_EQ(ready(listens, POLLIN), POLLIN);
    struct sockaddr_un peer;
    socklen_t size = sizeof peer;
    int server = OK(accept4(listens, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC));
    EXPECT_EQ(size, sizeof peer.sun_family);
    EXPECT_EQ(fcntl(server, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(write(client, "x", 1), 1);
    EXPECT_EQ(read(server, &byte, 1), 1);
    size = sizeof peer;
    OK(getpeername(client, (struct sockaddr *)&peer, &size));
    EXPECT_EQ(size, offsetof(struct sockaddr_un, sun_path) + 2);
    EXPECT(strcmp(peer.sun_path, "s") == 0);
    size = sizeof peer;
    OK(getsockname(server, (struct sockaddr *)&peer, &size));
    EXPECT(strcmp(peer.sun_path, "s") == 0);
    EXPECT_FAILS(EISCONN, connect(client, (struct sockaddr *)&at, sizeof at));
    OK(close(listens));
    EXPECT_FAILS(ECONNREFUSED, connect(early, (struct sockaddr *)&at, sizeof at));
    OK(unlink("s"));
    EXPECT_FAILS(ENOENT, connect(early, (struct sockaddr *)&at, sizeof at));
}

CHECK(accepting_waits)
{
    check_directory();
    int listens = named(SOCK_STREAM, "s");
    OK(listen(listens, 1));
    pid_t child = OK(fork());
    if (child == 0) {
        int client = connected(SOCK_STREAM, "s");
        _exit(write(client, "x", 1) != 1);
    }
    char byte;
    int server = OK(accept(listens, NULL, NULL));
    EXPECT_EQ(read(server, &byte, 1), 1);
    EXPECT_EQ(read(server, &byte, 1), 0);
    EXPECT_EXITS(child, 0);
    OK(fcntl(listens, F_SETFL, O_NONBLOCK));
    EXPECT_FAILS(EAGAIN, accept(listens, NULL, NULL));
}

CHECK(accepting_needs_a_descriptor)
{
    struct rlimit limit, before;
    check_directory();
    int listens = named(SOCK_STREAM, "s");
    OK(listen(listens, 1));
    int client = connected(SOCK_STREAM, "s");
    OK(getrlimit(RLIMIT_NOFILE, &before));
    limit = before;
    limit.rlim_cur = (rlim_t)client + 1;
    OK(setrlimit(RLIMIT_NOFILE, &limit));
    EXPECT_FAILS(EMFILE, accept(listens, NULL, NULL));
    EXPECT_FAILS(EMFILE, socket(AF_UNIX, SOCK_STREAM, 0));
    OK(setrlimit(RLIMIT_NOFILE, &before));
    OK(accept(listens, NULL, NULL));
}

CHECK(a_full_backlog)
{
    check_directory();
    int listens = named(SOCK_STREAM, "s");
    OK(listen(listens, 0));
    struct sockaddr_un at = address("s");
    int error = 0;
    for (int i = 0; i < 8 && !error; i++) {
        int client = OK(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
        if (connect(client, (struct sockaddr *)&at, sizeof at) < 0)
            error = errno;
    }
    EXPECT_EQ(error, EAGAIN);
}

CHECK(names_of_sockets)
{
    struct stat status;
    check_directory();
    named(SOCK_STREAM, "s");
    OK(lstat("s", &status));
    EXPECT(S_ISSOCK(status.st_mode));
    struct sockaddr_un at = address("s");
    int other = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(EADDRINUSE, bind(other, (struct sockaddr *)&at, sizeof at));
    at = address("no/s");
    EXPECT_FAILS(ENOENT, bind(other, (struct sockaddr *)&at, sizeof at));
    at = address("t");
    OK(bind(other, (struct sockaddr *)&at, sizeof at));
    at = address("u");
    EXPECT_FAILS(EINVAL, bind(other, (struct sockaddr *)&at, sizeof at));
    close(check_file("f", ""));
    at = address("f");
    EXPECT_FAILS(ECONNREFUSED, connect(other, (struct sockaddr *)&at, sizeof at));
}

CHECK(abstract_names)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path + 1, 32, "check-%d", (int)getpid());
    socklen_t size =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(at.sun_path + 1));
    int listens = OK(socket(AF_UNIX, SOCK_STREAM, 0)), client = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(bind(listens, (struct sockaddr *)&at, size));
    OK(listen(listens, 1));
    OK(connect(client, (struct sockaddr *)&at, size));
    OK(accept(listens, NULL, NULL));
    OK(close(listens));
    int again = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(ECONNREFUSED, connect(again, (struct sockaddr *)&at, size));
    OK(bind(again, (struct sockaddr *)&at, size));
}

CHECK(datagrams_to_names)
{
    char text[8];
    check_directory();
    int server = named(SOCK_DGRAM, "s"), client = named(SOCK_DGRAM, "c");
    struct sockaddr_un at = address("s"), from;
    socklen_t size = sizeof from;
    EXPECT_EQ(sendto(client, "hi", 2, 0, (struct sockaddr *)&at, sizeof at), 2);
    EXPECT_EQ(recvfrom(server, text, 8, 0, (struct sockaddr *)&from, &size), 2);
    EXPECT(strcmp(from.sun_path, "c") == 0);
    EXPECT_EQ(sendto(server, "yes", 3, 0, (struct sockaddr *)&from, size), 3);
    EXPECT_EQ(recv(client, text, 8, 0), 3);
    EXPECT_FAILS(ENOTCONN, send(client, "x", 1, 0));
    OK(close(server));
    EXPECT_FAILS(ECONNREFUSED, sendto(client, "hi", 2, 0, (struct sockaddr *)&at, sizeof at));
}

union control {
    char bytes[CMSG_SPACE(64)];
    struct cmsghdr header;
};

/* Sends a byte with this ancillary data. */
static void send_with(int socket, int type, const void *data, size_t size)
{
    union control control;
    struct iovec vector = {"x", 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control};
    memset(&control, 0, sizeof control);
    message.msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), data, size);
    EXPECT_EQ(sendmsg(socket, &message, 0), 1);
}

/* Receives a byte and its ancillary data, of that type and size. */
static void receive_with(int socket, int type, void *data, size_t size, int flags)
{
    union control control;
    char byte;
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control};
    message.msg_controllen = sizeof control;
    EXPECT_EQ(recvmsg(socket, &message, flags), 1);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    EXPECT(header && header->cmsg_type == type && header->cmsg_len == CMSG_LEN(size));
    memcpy(data, CMSG_DATA(header), size);
}

CHECK(descriptors_are_sent)
{
    int pipe_ends[2], got[2];
    char byte;
    make_pair(SOCK_STREAM);
    OK(pipe(pipe_ends));
    send_with(ends[0], SCM_RIGHTS, pipe_ends, sizeof pipe_ends);
    OK(close(pipe_ends[0]));
    OK(close(pipe_ends[1]));
    receive_with(ends[1], SCM_RIGHTS, got, sizeof got, MSG_CMSG_CLOEXEC);
    EXPECT_EQ(fcntl(got[0], F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(write(got[1], "z", 1), 1);
    EXPECT_EQ(read(got[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'z');
}

/* Receives a byte with so much room for ancillary data and gives the message's flags. */
static int receive_flags(int socket, size_t room, size_t *told)
{
    union control control;
    char byte;
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control};
    message.msg_controllen = room;
    EXPECT_EQ(recvmsg(socket, &message, 0), 1);
    *told = message.msg_controllen;
    return message.msg_flags;
}

CHECK(ancillary_data_needs_room)
{
    int files[2] = {0, 1}, next = OK(dup(0));
    size_t told;
    OK(close(next));
    make_pair(SOCK_STREAM);
    next = OK(dup(0));
    OK(close(next));
    for (int i = 0; i < 3; i++)
        send_with(ends[0], SCM_RIGHTS, files, sizeof files);
    EXPECT_EQ(receive_flags(ends[1], 0, &told), MSG_CTRUNC);
    EXPECT_EQ(told, 0);
    EXPECT_EQ(receive_flags(ends[1], CMSG_LEN(sizeof(int)), &told), MSG_CTRUNC);
    EXPECT_EQ(told, CMSG_LEN(sizeof(int)));
    EXPECT_EQ(fcntl(next, F_GETFD), 0);
    EXPECT_FAILS(EBADF, fcntl(next + 1, F_GETFD));
    EXPECT_EQ(receive_flags(ends[1], CMSG_SPACE(sizeof files), &told), 0);
    EXPECT_EQ(told, CMSG_SPACE(sizeof files));
    EXPECT_EQ(fcntl(next + 2, F_GETFD), 0);
}

/* Past the C library, which looks at it first. */
static int send_control(const struct cmsghdr *header, size_t size)
{
    struct iovec vector = {"x", 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = (void *)header};
    message.msg_controllen = size;
    return (int)syscall(SYS_sendmsg, ends[0], &message, 0);
}

CHECK(ancillary_data_is_checked)
{
    union control control;
    const struct ucred nobody = {.pid = 0x3fffffff};
    make_pair(SOCK_STREAM);
    memset(&control, 0, sizeof control);
    control.header = (struct cmsghdr){.cmsg_len = 8, .cmsg_level = SOL_SOCKET};
    EXPECT_FAILS(EINVAL, send_control(&control.header, 64));
    control.header.cmsg_len = 65;
    EXPECT_FAILS(EINVAL, send_control(&control.header, 64));
    control.header.cmsg_len = CMSG_LEN(4);
    control.header.cmsg_type = 99;
    EXPECT_FAILS(EINVAL, send_control(&control.header, CMSG_SPACE(4)));
    control.header.cmsg_type = SCM_CREDENTIALS;
    EXPECT_FAILS(EINVAL, send_control(&control.header, CMSG_SPACE(4)));
    control.header.cmsg_type = SCM_RIGHTS;
    *(int *)CMSG_DATA(&control.header) = 99;
    EXPECT_FAILS(EBADF, send_control(&control.header, CMSG_SPACE(4)));
    control.header.cmsg_level = 99;
    EXPECT_EQ(send_control(&control.header, CMSG_SPACE(4)), 1);
    EXPECT_EQ(send_control(&control.header, 8), 1);
    control.header.cmsg_len = CMSG_LEN(sizeof nobody);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_CREDENTIALS;
    memcpy(CMSG_DATA(&control.header), &nobody, sizeof nobody);
    EXPECT_EQ(send_control(&control.header, CMSG_SPACE(sizeof nobody)), -1);
    EXPECT(errno == ESRCH || errno == EPERM);
    EXPECT_FAILS(EFAULT, send_control(BAD, CMSG_SPACE(4)));
    EXPECT_FAILS(ENOBUFS, send_control(&control.header, 1 << 30));
}

CHECK(descriptors_that_nobody_takes_are_closed)
{
    int pipe_ends[2];
    char byte;
    make_pair(SOCK_STREAM);
    OK(pipe(pipe_ends));
    send_with(ends[0], SCM_RIGHTS, &pipe_ends[1], sizeof(int));
    OK(close(pipe_ends[1]));
    EXPECT_EQ(read(ends[1], &byte, 1), 1);
    EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
    make_pair(SOCK_STREAM);
    OK(pipe(pipe_ends));
    send_with(ends[0], SCM_RIGHTS, &pipe_ends[1], sizeof(int));
    OK(close(pipe_ends[1]));
    OK(close(ends[0]));
    OK(close(ends[1]));
    EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
}

CHECK(sockets_within_each_other_are_freed)
{
    int pipe_ends[2];
    char byte;
    OK(pipe(pipe_ends));
    make_pair(SOCK_STREAM);
    send_with(ends[0], SCM_RIGHTS, &pipe_ends[1], sizeof(int));
    send_with(ends[0], SCM_RIGHTS, &ends[0], sizeof(int));
    send_with(ends[0], SCM_RIGHTS, &ends[1], sizeof(int));
    OK(close(pipe_ends[1]));
    OK(close(ends[0]));
    OK(close(ends[1]));
    make_pair(SOCK_STREAM); /* the kernel looks for garbage now and then */
    send_with(ends[0], SCM_RIGHTS, &ends[0], sizeof(int));
    OK(close(ends[0]));
    OK(close(ends[1]));
    EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
}

CHECK(credentials_are_sent)
{
    struct ucred credentials;
    int on = 1;
    make_pair(SOCK_STREAM);
    OK(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    pid_t child = OK(fork());
    if (child == 0)
        _exit(write(ends[0], "x", 1) != 1);
    receive_with(ends[1], SCM_CREDENTIALS, &credentials, sizeof credentials, 0);
    EXPECT_EQ(credentials.pid, child);
    EXPECT_EQ(credentials.uid, getuid());
    EXPECT_EXITS(child, 0);
    socklen_t size = sizeof credentials;
    OK(getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &credentials, &size));
    EXPECT_EQ(credentials.pid, getpid());
}

static int option(int file, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    OK(getsockopt(file, SOL_SOCKET, name, &value, &size));
    return value;
}

CHECK(who_is_told_credentials_gets_a_name)
{
    int on = 1, client = OK(socket(AF_UNIX, SOCK_DGRAM, 0));
    struct sockaddr_un own, at = address("s");
    socklen_t size = sizeof own;
    check_directory();
    named(SOCK_DGRAM, "s");
    OK(setsockopt(client, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    EXPECT_EQ(sendto(client, "x", 1, 0, (struct sockaddr *)&at, sizeof at), 1);
    OK(getsockname(client, (struct sockaddr *)&own, &size));
    EXPECT_EQ(size, sizeof own.sun_family + 6);
    EXPECT_EQ(own.sun_path[0], 0);
}

CHECK(addresses_are_cut_to_their_room)
{
    union {
        struct sockaddr_un local;
        char bytes[sizeof(struct sockaddr_un)];
    } at;
    check_directory();
    int file = named(SOCK_DGRAM, "long-name");
    socklen_t size = 6;
    memset(&at, 'z', sizeof at);
    OK(getsockname(file, (struct sockaddr *)&at, &size));
    EXPECT_EQ(size, sizeof at.local.sun_family + sizeof "long-name");
    EXPECT(memcmp(at.local.sun_path, "longzz", 6) == 0);
    size = (socklen_t)-1;
    EXPECT_FAILS(EINVAL, getsockname(file, (struct sockaddr *)&at, &size));
    at.local = address("x");
    int other = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(EINVAL, bind(other, (struct sockaddr *)&at, 1));
    EXPECT_FAILS(EINVAL, bind(other, (struct sockaddr *)&at, 200));
    EXPECT_FAILS(EINVAL, connect(other, (struct sockaddr *)&at, sizeof at.local.sun_family));
    at.local.sun_family = AF_UNSPEC;
    EXPECT_FAILS(EINVAL, bind(other, (struct sockaddr *)&at, sizeof at));
    EXPECT_FAILS(EINVAL, connect(other, (struct sockaddr *)&at, sizeof at));
}

CHECK(nodes_of_sockets_have_permissions)
{
    struct stat status;
    struct sockaddr_un at = address("s");
    check_directory();
    umask(022);
    int file = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(fchmod(file, 0712));
    OK(bind(file, (struct sockaddr *)&at, sizeof at));
    OK(stat("s", &status));
    EXPECT_EQ(status.st_mode & 07777, 0710);
    EXPECT_FAILS(ENXIO, open("s", O_RDWR));
}

CHECK(targets_of_what_is_connected)
{
    struct sockaddr_un at = address("nobody");
    make_pair(SOCK_STREAM);
    EXPECT_FAILS(EISCONN, sendto(ends[0], "x", 1, 0, (struct sockaddr *)&at, sizeof at));
    int apart = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(EOPNOTSUPP, sendto(apart, "x", 1, 0, (struct sockaddr *)&at, sizeof at));
    make_pair(SOCK_SEQPACKET);
    EXPECT_EQ(sendto(ends[0], "x", 1, 0, (struct sockaddr *)&at, sizeof at), 1);
    make_pair(SOCK_DGRAM);
    EXPECT_FAILS(ENOENT, sendto(ends[0], "x", 1, 0, (struct sockaddr *)&at, sizeof at));
    at.sun_family = AF_UNSPEC;
    OK(connect(ends[0], (struct sockaddr *)&at, sizeof at));
    EXPECT_FAILS(ENOTCONN, send(ends[0], "x", 1, 0));
}

static volatile int nr_pipe_signals;

static void count_pipe_signal(int signal)
{
    (void)signal;
    nr_pipe_signals++;
}

CHECK(only_streams_send_sigpipe)
{
    const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
    signal(SIGPIPE, count_pipe_signal);
    for (int i = 0; i < 3; i++) {
        make_pair(types[i]);
        OK(shutdown(ends[0], SHUT_WR));
        EXPECT_FAILS(EPIPE, send(ends[0], "x", 1, 0));
        EXPECT_FAILS(EPIPE, send(ends[0], "x", 1, MSG_NOSIGNAL));
        EXPECT_FAILS(EPIPE, write(ends[0], "x", 1));
        EXPECT_EQ(nr_pipe_signals, 2);
    }
}

CHECK(options)
{
    make_pair(SOCK_SEQPACKET);
    EXPECT_EQ(option(ends[0], SO_TYPE), SOCK_SEQPACKET);
    EXPECT_EQ(option(ends[0], SO_DOMAIN), AF_UNIX);
    EXPECT_EQ(option(ends[0], SO_ERROR), 0);
    EXPECT_EQ(option(ends[0], SO_ACCEPTCONN), 0);
    EXPECT(option(ends[0], SO_SNDBUF) > 4096);
    int value = 10000;
    OK(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof value));
    EXPECT_EQ(option(ends[0], SO_SNDBUF), 20000);
    EXPECT_EQ(option(ends[0], SO_KEEPALIVE), 0);
    OK(setsockopt(ends[0], SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    EXPECT_EQ(option(ends[0], SO_KEEPALIVE), 1);
    struct linger linger = {1, 5};
    socklen_t size = sizeof linger;
    OK(setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    linger.l_linger = 0;
    OK(getsockopt(ends[0], SOL_SOCKET, SO_LINGER, &linger, &size));
    EXPECT(linger.l_onoff == 1 && linger.l_linger == 5);
    EXPECT_FAILS(EOPNOTSUPP, setsockopt(ends[0], 6, 1, &value, sizeof value));
    EXPECT_FAILS(ENOPROTOOPT, setsockopt(ends[0], SOL_SOCKET, 9999, &value, sizeof value));
    EXPECT_FAILS(ENOTSOCK, setsockopt(OK(open("/", O_RDONLY)), SOL_SOCKET, SO_SNDBUF, &value, 4));
}

CHECK(times_of_waiting)
{
    char byte;
    struct timeval time = {0, 10000};
    make_pair(SOCK_STREAM);
    OK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
    int64_t start = check_now_ns();
    EXPECT_FAILS(EAGAIN, read(ends[0], &byte, 1));
    EXPECT(check_now_ns() - start >= 10000000);
}

CHECK(several_messages_at_once)
{
    char texts[3][4];
    struct iovec vectors[3];
    struct mmsghdr messages[3];
    memset(messages, 0, sizeof messages);
    make_pair(SOCK_DGRAM);
    for (int i = 0; i < 3; i++) {
        vectors[i] = (struct iovec){texts[i], (size_t)i + 1};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    memset(texts, 'x', sizeof texts);
    EXPECT_EQ(sendmmsg(ends[0], messages, 3, 0), 3);
    EXPECT_EQ(messages[2].msg_len, 3);
    EXPECT_EQ(recvmmsg(ends[1], messages, 1, 0, NULL), 1);
    EXPECT_EQ(messages[0].msg_len, 1);
    EXPECT_EQ(recvmmsg(ends[1], messages, 3, MSG_WAITFORONE, NULL), 2);
    EXPECT_EQ(messages[0].msg_hdr.msg_flags & MSG_TRUNC, MSG_TRUNC);
    struct timespec time = {100, 0};
    EXPECT_EQ(send(ends[0], "y", 1, 0), 1);
    EXPECT_EQ(recvmmsg(ends[1], messages, 1, 0, &time), 1);
    EXPECT(time.tv_sec == 99 && time.tv_nsec > 0);
    time.tv_nsec = -1;
    EXPECT_FAILS(EINVAL, recvmmsg(ends[1], messages, 1, 0, &time));
    EXPECT_FAILS(EAGAIN, recvmmsg(ends[1], messages, 1, MSG_DONTWAIT, NULL));
}

CHECK(a_full_socket)
{
    static char bytes[1 << 20];
    make_pair(SOCK_STREAM);
    long size = send(ends[0], bytes, sizeof bytes, MSG_DONTWAIT);
    EXPECT(size > 0 && size < (long)sizeof bytes);
    EXPECT_FAILS(EAGAIN, send(ends[0], bytes, sizeof bytes, MSG_DONTWAIT));
    EXPECT_EQ(ready(ends[0], POLLOUT), 0);
    while (recv(ends[1], bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
    EXPECT_EQ(ready(ends[0], POLLOUT), POLLOUT);
}

CHECK(sockets_refuse)
{
    EXPECT_FAILS(EAFNOSUPPORT, socket(99, SOCK_STREAM, 0));
    EXPECT_FAILS(EINVAL, socket(AF_UNIX, 99, 0));
    EXPECT_FAILS(EPROTONOSUPPORT, socket(AF_UNIX, SOCK_STREAM, 77));
    int file = OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_FAILS(ENOTCONN, getpeername(file, check_shared(PAGE), check_shared(PAGE)));
    OK(shutdown(file, SHUT_RD));
    EXPECT_FAILS(EOPNOTSUPP, listen(OK(socket(AF_UNIX, SOCK_DGRAM, 0)), 1));
    EXPECT_FAILS(EINVAL, recv(file, check_shared(PAGE), 1, 0));
    EXPECT_FAILS(EFAULT, socketpair(AF_UNIX, SOCK_STREAM, 0, BAD));
}
