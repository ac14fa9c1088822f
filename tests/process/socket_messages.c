/* Local sockets: what is sent along, descriptors and credentials. */
#include "socket.h"

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
