/* What pseudo_terminal.ml asks of Linux. */
#define _GNU_SOURCE
#include <caml/alloc.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define TERMIOS_SIZE 36 /* what TCGETS and TCSETS move */

static long checked(long result, const char *call)
{
    char text[128];
    if (result >= 0)
        return result;
    snprintf(text, sizeof text, "%s: %s", call, strerror(errno));
    caml_failwith(text);
}

static sigset_t terminal_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGTSTP);
    return set;
}

value pseudo_terminal_open(value unit)
{
    CAMLparam1(unit);
    CAMLlocal1(pair);
    sigset_t set = terminal_signals();
    int unlock = 0, master = (int)checked(open("/dev/ptmx", O_RDWR | O_NOCTTY), "open /dev/ptmx");
    checked(ioctl(master, TIOCSPTLCK, &unlock), "TIOCSPTLCK");
    checked(setsid(), "setsid");
    checked(sigprocmask(SIG_BLOCK, &set, NULL), "sigprocmask");
    int slave = (int)checked(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY), "TIOCGPTPEER");
    checked(ioctl(slave, TIOCSCTTY, 0), "TIOCSCTTY");
    checked(fcntl(master, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
    checked(fcntl(slave, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
    pair = caml_alloc_tuple(2);
    Store_field(pair, 0, Val_int(master));
    Store_field(pair, 1, Val_int(slave));
    CAMLreturn(pair);
}

value pseudo_terminal_get_termios(value file)
{
    CAMLparam1(file);
    CAMLlocal1(bytes);
    char termios[128];
    checked(ioctl(Int_val(file), TCGETS, termios), "TCGETS");
    bytes = caml_alloc_initialized_string(TERMIOS_SIZE, termios);
    CAMLreturn(bytes);
}

value pseudo_terminal_set_termios(value file, value bytes)
{
    char termios[128] = "";
    memcpy(termios, Bytes_val(bytes), TERMIOS_SIZE);
    checked(ioctl(Int_val(file), TCSETS, termios), "TCSETS");
    return Val_unit;
}

value pseudo_terminal_write(value file, value text)
{
    long written = write(Int_val(file), String_val(text), caml_string_length(text));
    return Val_long(written < 0 && errno == EAGAIN ? 0 : checked(written, "write"));
}

value pseudo_terminal_read(value file, value most)
{
    CAMLparam2(file, most);
    CAMLlocal2(text, some);
    char bytes[8192];
    long size = read(Int_val(file), bytes, Long_val(most));
    if (size < 0 && errno == EAGAIN)
        CAMLreturn(Val_none);
    checked(size, "read");
    text = caml_alloc_initialized_string(size, bytes);
    some = caml_alloc_some(text);
    CAMLreturn(some);
}

value pseudo_terminal_available(value file)
{
    int size;
    checked(ioctl(Int_val(file), FIONREAD, &size), "FIONREAD");
    return Val_int(size);
}

value pseudo_terminal_readable(value file)
{
    struct pollfd poll_file = {.fd = Int_val(file), .events = POLLIN};
    checked(poll(&poll_file, 1, 0), "poll");
    return Val_bool(poll_file.revents & POLLIN);
}

value pseudo_terminal_signals(value unit)
{
    const struct timespec none = {0, 0};
    sigset_t set = terminal_signals();
    int signal, seen = 0;
    (void)unit;
    while ((signal = sigtimedwait(&set, NULL, &none)) > 0)
        seen |= signal == SIGINT ? 1 : signal == SIGQUIT ? 2 : 4;
    return Val_int(seen);
}

value pseudo_terminal_hold(value file, value held)
{
    checked(ioctl(Int_val(file), TCXONC, Bool_val(held) ? TCOOFF : TCOON), "TCXONC");
    return Val_unit;
}

value pseudo_terminal_flush_input(value file)
{
    checked(ioctl(Int_val(file), TCFLSH, TCIFLUSH), "TCFLSH");
    return Val_unit;
}
