/* sockets.c: Linux's local sockets, each call giving its result or a negative error number. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>

#define RIGHTS_MAX 16

static value result(long status) { return Val_long(status < 0 ? -errno : status); }

/* A name as the bytes behind the family; none when it is empty. */
static socklen_t address(struct sockaddr_un *a, value name)
{
    size_t length = caml_string_length(name);
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    memcpy(a->sun_path, String_val(name), length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static value name_of(const struct sockaddr_un *a, socklen_t length)
{
    size_t head = offsetof(struct sockaddr_un, sun_path);
    return caml_alloc_initialized_string(length > head ? length - head : 0, a->sun_path);
}

value linux_socket(value type) { return result(socket(AF_UNIX, Int_val(type), 0)); }

value linux_socketpair(value type)
{
    CAMLparam1(type);
    CAMLlocal1(pair);
    int fds[2];
    int status = socketpair(AF_UNIX, Int_val(type), 0, fds);
    pair = caml_alloc_tuple(2);
    Store_field(pair, 0, status < 0 ? Val_int(-errno) : Val_int(fds[0]));
    Store_field(pair, 1, Val_int(fds[1]));
    CAMLreturn(pair);
}

value linux_bind(value fd, value name)
{
    struct sockaddr_un a;
    socklen_t length = address(&a, name);
    return result(bind(Int_val(fd), (struct sockaddr *)&a, length));
}

value linux_connect(value fd, value name)
{
    struct sockaddr_un a;
    socklen_t length = address(&a, name);
    return result(connect(Int_val(fd), (struct sockaddr *)&a, length));
}

value linux_listen(value fd, value backlog)
{
    return result(listen(Int_val(fd), Int_val(backlog)));
}

value linux_accept(value fd, value flags)
{
    return result(accept4(Int_val(fd), NULL, NULL, Int_val(flags)));
}
value linux_shutdown(value fd, value how) { return result(shutdown(Int_val(fd), Int_val(how))); }

/* Which: 0 for the own name, 1 for the peer's. The error number, or 0, and the name. */
value linux_socket_name(value fd, value which)
{
    CAMLparam2(fd, which);
    CAMLlocal2(pair, name);
    struct sockaddr_un a;
    socklen_t length = sizeof a;
    struct sockaddr *to = (struct sockaddr *)&a;
    int status = Int_val(which) ? getpeername(Int_val(fd), to, &length)
                                : getsockname(Int_val(fd), to, &length);
    int error = status < 0 ? -errno : 0;
    name = status < 0 ? caml_copy_string("") : name_of(&a, length);
    pair = caml_alloc_tuple(2);
    Store_field(pair, 0, Val_int(error));
    Store_field(pair, 1, name);
    CAMLreturn(pair);
}

value linux_getsockopt(value fd, value option)
{
    int answer = 0;
    socklen_t length = sizeof answer;
    int status = getsockopt(Int_val(fd), SOL_SOCKET, Int_val(option), &answer, &length);
    return result(status < 0 ? status : answer);
}

value linux_setsockopt(value fd, value option, value setting)
{
    int to = Int_val(setting);
    return result(setsockopt(Int_val(fd), SOL_SOCKET, Int_val(option), &to, sizeof to));
}

value linux_send(value fd, value data, value flags, value rights, value name)
{
    struct sockaddr_un a;
    struct iovec bytes = {(void *)String_val(data), caml_string_length(data)};
    union {
        char bytes[CMSG_SPACE(RIGHTS_MAX * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1};
    size_t nr = Wosize_val(rights);
    if (caml_string_length(name) > 0) {
        m.msg_namelen = address(&a, name);
        m.msg_name = &a;
    }
    if (nr > 0) {
        memset(&control, 0, sizeof control);
        m.msg_control = &control;
        m.msg_controllen = CMSG_SPACE(nr * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(nr * sizeof(int));
        for (size_t i = 0; i < nr; i++)
            ((int *)CMSG_DATA(c))[i] = Int_val(Field(rights, i));
    }
    return result(sendmsg(Int_val(fd), &m, Int_val(flags)));
}

static value received_rights(struct msghdr *m)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
        return Atom(0);
    size_t nr = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    value rights = nr ? caml_alloc_tuple(nr) : Atom(0);
    for (size_t i = 0; i < nr; i++)
        Field(rights, i) = Val_int(((int *)CMSG_DATA(c))[i]);
    return rights;
}

/* Result, flags, name, descriptors; the bytes come into the buffer. */
value linux_receive(value fd, value buffer, value length, value flags, value most_rights)
{
    CAMLparam5(fd, buffer, length, flags, most_rights);
    CAMLlocal3(answer, name, rights);
    struct sockaddr_un a;
    struct iovec bytes = {Bytes_val(buffer), Long_val(length)};
    union {
        char bytes[CMSG_SPACE(RIGHTS_MAX * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_name = &a, .msg_namelen = sizeof a};
    if (Int_val(most_rights) > 0) {
        m.msg_control = &control;
        m.msg_controllen = CMSG_LEN(Int_val(most_rights) * sizeof(int));
    }
    ssize_t status = recvmsg(Int_val(fd), &m, Int_val(flags));
    long code = status < 0 ? -errno : status;
    rights = status < 0 ? Atom(0) : received_rights(&m);
    name = status < 0 ? caml_copy_string("") : name_of(&a, m.msg_namelen);
    answer = caml_alloc_tuple(4);
    Store_field(answer, 0, Val_long(code));
    Store_field(answer, 1, Val_int(status < 0 ? 0 : m.msg_flags));
    Store_field(answer, 2, name);
    Store_field(answer, 3, rights);
    CAMLreturn(answer);
}
