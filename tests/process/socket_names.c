/* Local sockets: names, connections, who may use which. */
#include "socket.h"
#include <sys/resource.h>

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
