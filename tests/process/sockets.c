/* Local sockets: pairs, streams, datagrams, options, waiting. */
#include "socket.h"

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

static int option(int file, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    OK(getsockopt(file, SOL_SOCKET, name, &value, &size));
    return value;
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
