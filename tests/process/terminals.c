/* Terminals: pseudo-terminals, and the line discipline as processes see it. */
#include "terminal.h"
#include <poll.h>

static bool readable(int file)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN};
    OK(poll(&poll_file, 1, 0));
    return poll_file.revents & POLLIN;
}

CHECK(pseudo_terminals_are_locked_at_first)
{
    int number;
    char name[32];
    master = OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));
    OK(ioctl(master, TIOCGPTN, &number));
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    EXPECT_FAILS(EIO, open(name, O_RDWR | O_NOCTTY));
    OK(grantpt(master));
    OK(unlockpt(master));
    EXPECT(strcmp(ptsname(master), name) == 0);
    OK(open(name, O_RDWR | O_NOCTTY));
    struct stat status;
    OK(stat(name, &status));
    EXPECT(S_ISCHR(status.st_mode));
    EXPECT_EQ(status.st_uid, geteuid());
    OK(close(master));
    EXPECT(stat(name, &status) < 0 || status.st_ctime >= 0);
}

CHECK(the_settings_at_first)
{
    struct termios termios;
    make_terminal();
    EXPECT_EQ(isatty(slave), 1);
    EXPECT_EQ(isatty(master), 1);
    OK(tcgetattr(slave, &termios));
    EXPECT_EQ(termios.c_iflag, ICRNL | IXON);
    EXPECT_EQ(termios.c_oflag, OPOST | ONLCR);
    EXPECT_EQ(termios.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN);
    EXPECT_EQ(termios.c_cc[VINTR], 3);
    EXPECT_EQ(termios.c_cc[VERASE], 127);
    EXPECT_EQ(termios.c_cc[VMIN], 1);
    EXPECT_EQ(cfgetospeed(&termios), B38400);
    EXPECT_EQ(isatty(OK(open("/dev/null", O_RDWR))), 0);
}

CHECK(lines_and_echo)
{
    make_terminal();
    type("hel");
    expect_read(master, "hel");
    EXPECT(!readable(slave));
    type("o\x7fol\b\n");
    expect_read(slave, "helol\b\n");
    expect_read(master, "o\b \bol^H\r\n");
    EXPECT_EQ(write(slave, "a\nb", 3), 3);
    expect_read(master, "a\r\nb");
}

CHECK(kill_word_erase_and_end_of_file)
{
    make_terminal();
    type("one two\x17three\x15you\n");
    expect_read(slave, "you\n");
    type("ab\x04");
    expect_read(slave, "ab");
    type("\x04");
    expect_read(slave, "");
    type("\x16\x03\n");
    expect_read(slave, "\x03\n");
}

CHECK(a_line_in_parts)
{
    char text[4];
    make_terminal();
    type("abcdef\nx\n");
    EXPECT_EQ(read(slave, text, 4), 4);
    expect_read(slave, "ef\n");
    int size;
    AWAIT(ioctl(slave, FIONREAD, &size) == 0 && size == 2);
    expect_read(slave, "x\n");
}

CHECK(without_echo)
{
    make_terminal();
    set_local(0, ECHO);
    type("secret\n");
    expect_read(slave, "secret\n");
    EXPECT(!readable(master));
}

static void set_raw(cc_t minimum, cc_t time)
{
    struct termios termios;
    OK(tcgetattr(slave, &termios));
    cfmakeraw(&termios);
    termios.c_cc[VMIN] = minimum;
    termios.c_cc[VTIME] = time;
    OK(tcsetattr(slave, TCSAFLUSH, &termios));
}

CHECK(bytes_at_once)
{
    make_terminal();
    set_raw(1, 0);
    type("a\r\x03\x04");
    expect_read(slave, "a\r\x03\x04");
    EXPECT_EQ(write(slave, "x\n", 2), 2);
    expect_read(master, "x\n");
}

CHECK(minimum_and_time)
{
    char text[8];
    make_terminal();
    set_raw(0, 0);
    EXPECT_EQ(read(slave, text, 8), 0);
    set_raw(0, 1);
    int64_t start = check_now_ns();
    EXPECT_EQ(read(slave, text, 8), 0);
    EXPECT(check_now_ns() - start >= 90000000);
    set_raw(3, 0);
    pid_t child = OK(fork());
    if (child == 0) {
        for (int i = 0; i < 3; i++)
            type("x");
        _exit(0);
    }
    EXPECT_EQ(read(slave, text, 8), 3);
    EXPECT_EXITS(child, 0);
    set_raw(5, 1);
    type("ab");
    EXPECT_EQ(read(slave, text, 8), 2);
}

CHECK(without_waiting)
{
    char byte;
    make_terminal();
    OK(fcntl(slave, F_SETFL, O_NONBLOCK));
    EXPECT_FAILS(EAGAIN, read(slave, &byte, 1));
    type("x\n");
    AWAIT(readable(slave));
    EXPECT_EQ(read(slave, &byte, 1), 1);
}

CHECK(flow_control)
{
    make_terminal();
    OK(fcntl(slave, F_SETFL, O_NONBLOCK));
    type("\x13");
    AWAIT(write(slave, "x", 1) < 0 && errno == EAGAIN);
    OK(tcflush(slave, TCOFLUSH));
    type("\x11");
    AWAIT(write(slave, "y", 1) == 1);
    OK(tcflow(slave, TCOOFF));
    EXPECT_FAILS(EAGAIN, write(slave, "x", 1));
    OK(tcflow(slave, TCOON));
    EXPECT_EQ(write(slave, "x", 1), 1);
}

CHECK(flushing)
{
    make_terminal();
    type("abc\n");
    AWAIT(readable(slave));
    OK(tcflush(slave, TCIFLUSH));
    EXPECT(!readable(slave));
    type("d\n");
    expect_read(slave, "d\n");
    EXPECT_FAILS(EINVAL, tcflush(slave, 99));
}

CHECK(the_master_goes)
{
    char byte;
    make_terminal();
    OK(close(master));
    EXPECT_EQ(read(slave, &byte, 1), 0);
    EXPECT_FAILS(EIO, write(slave, "x", 1));
    struct pollfd file = {.fd = slave, .events = POLLIN};
    EXPECT_EQ(poll(&file, 1, 0), 1);
    EXPECT(file.revents & POLLHUP);
}

CHECK(the_slaves_go)
{
    char byte;
    make_terminal();
    EXPECT_EQ(write(slave, "bye", 3), 3);
    OK(close(slave));
    expect_read(master, "bye");
    EXPECT_FAILS(EIO, read(master, &byte, 1));
}

CHECK(the_windows_size)
{
    struct winsize size = {24, 80, 1, 2}, got;
    make_terminal();
    OK(ioctl(slave, TIOCGWINSZ, &got));
    EXPECT_EQ(got.ws_row + got.ws_col, 0);
    OK(ioctl(master, TIOCSWINSZ, &size));
    OK(ioctl(slave, TIOCGWINSZ, &got));
    EXPECT(memcmp(&size, &got, sizeof got) == 0);
}
