/* socket.h: what checks of local sockets have in common. */
#ifndef TESTS_PROCESS_SOCKET_H
#define TESTS_PROCESS_SOCKET_H

#include "check.h"
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static int ends[2];

/* Both ends of a new pair. */
static inline void make_pair(int type)
{
    OK(socketpair(AF_UNIX, type, 0, ends));
}

/* What poll tells of these events, at once. */
static inline int ready(int file, short events)
{
    struct pollfd poll_file = {.fd = file, .events = events};
    OK(poll(&poll_file, 1, 0));
    return poll_file.revents;
}

static inline struct sockaddr_un address(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, name);
    return address;
}

/* A new socket that has this name, or is connected to it. */
static inline int named(int type, const char *name)
{
    struct sockaddr_un at = address(name);
    int file = OK(socket(AF_UNIX, type, 0));
    OK(bind(file, (struct sockaddr *)&at, sizeof at));
    return file;
}

static inline int connected(int type, const char *name)
{
    struct sockaddr_un at = address(name);
    int file = OK(socket(AF_UNIX, type, 0));
    OK(connect(file, (struct sockaddr *)&at, sizeof at));
    return file;
}

#endif
