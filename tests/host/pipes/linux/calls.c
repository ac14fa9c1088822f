/* calls.c: Linux's own calls, each giving its result or a negative error number. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>

static value result(long status) { return Val_long(status < 0 ? -errno : status); }

value linux_ignore_sigpipe(value unit)
{
    signal(SIGPIPE, SIG_IGN);
    return unit;
}

value linux_pipe(value flags)
{
    CAMLparam1(flags);
    CAMLlocal1(pair);
    int fds[2];
    if (pipe2(fds, Int_val(flags)) < 0)
        abort();
    pair = caml_alloc_tuple(2);
    Store_field(pair, 0, Val_int(fds[0]));
    Store_field(pair, 1, Val_int(fds[1]));
    CAMLreturn(pair);
}

value linux_read(value fd, value bytes, value offset, value length)
{
    return result(read(Int_val(fd), Bytes_val(bytes) + Long_val(offset), Long_val(length)));
}

value linux_write(value fd, value bytes, value offset, value length)
{
    return result(write(Int_val(fd), Bytes_val(bytes) + Long_val(offset), Long_val(length)));
}

value linux_read_at(value fd, value bytes, value at, value length)
{
    return result(pread(Int_val(fd), Bytes_val(bytes), Long_val(length), Long_val(at)));
}

value linux_write_at(value fd, value bytes, value at, value length)
{
    return result(pwrite(Int_val(fd), Bytes_val(bytes), Long_val(length), Long_val(at)));
}

value linux_seek(value fd, value offset, value whence)
{
    return result(lseek(Int_val(fd), Long_val(offset), Int_val(whence)));
}

value linux_close(value fd) { return result(close(Int_val(fd))); }
value linux_dup(value fd) { return result(dup(Int_val(fd))); }
value linux_fcntl(value fd, value command, value argument)
{
    return result(fcntl(Int_val(fd), Int_val(command), Long_val(argument)));
}

value linux_ioctl_int(value fd, value command)
{
    int answer = 0;
    int status = ioctl(Int_val(fd), Long_val(command), &answer);
    return result(status < 0 ? status : answer);
}

value linux_open(value path, value flags)
{
    return result(open(String_val(path), Int_val(flags), 0600));
}

value linux_mkfifo(value path) { return result(mkfifo(String_val(path), 0600)); }
value linux_poll(value fd, value events)
{
    struct pollfd p = {.fd = Int_val(fd), .events = (short)Int_val(events)};
    int status = poll(&p, 1, 0);
    return result(status < 0 ? status : p.revents);
}

value linux_eventfd(value initial, value flags)
{
    return result(eventfd((unsigned)Int_val(initial), Int_val(flags)));
}

value linux_epoll_create(value unit)
{
    (void)unit;
    return result(epoll_create1(0));
}

value linux_epoll_ctl(value epoll, value operation, value fd, value events, value data)
{
    struct epoll_event event = {(uint32_t)Long_val(events), {.u64 = (uint64_t)Long_val(data)}};
    return result(epoll_ctl(Int_val(epoll), Int_val(operation), Int_val(fd), &event));
}

/* Pairs of what was asked to be said, and bits; or the error number alone. */
value linux_epoll_wait(value epoll, value most)
{
    CAMLparam2(epoll, most);
    CAMLlocal1(answer);
    struct epoll_event events[64];
    int nr = epoll_wait(Int_val(epoll), events, Int_val(most), 0);
    answer = caml_alloc_tuple(nr < 0 ? 1 : 2 * nr + 1);
    Store_field(answer, 0, result(nr));
    for (int i = 0; i < nr; i++) {
        Store_field(answer, 2 * i + 1, Val_long((long)events[i].data.u64));
        Store_field(answer, 2 * i + 2, Val_long(events[i].events));
    }
    CAMLreturn(answer);
}
