/* terminal.h: a pseudo-terminal with both of its ends. Beside check.h. */
#ifndef TESTS_PROCESS_TERMINAL_H
#define TESTS_PROCESS_TERMINAL_H

#include "check.h"
#include <sys/ioctl.h>
#include <termios.h>

static int master, slave;

/* A pseudo-terminal that nobody is controlled by. */
CHECK_HELPER void make_terminal(void)
{
    int unlock = 0, number;
    char name[32];
    master = OK(open("/dev/ptmx", O_RDWR | O_NOCTTY));
    OK(ioctl(master, TIOCSPTLCK, &unlock));
    OK(ioctl(master, TIOCGPTN, &number));
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    slave = OK(open(name, O_RDWR | O_NOCTTY));
}

CHECK_HELPER void type(const char *text)
{
    EXPECT_EQ(write(master, text, strlen(text)), strlen(text));
}

CHECK_HELPER void expect_read(int file, const char *text)
{
    char got[256] = "";
    long size = OK(read(file, got, sizeof got - 1));
    if (size != (long)strlen(text) || memcmp(got, text, (size_t)size) != 0)
        FAIL("read \"%s\", not \"%s\"", got, text);
}

CHECK_HELPER void set_local(tcflag_t on, tcflag_t off)
{
    struct termios termios;
    OK(tcgetattr(slave, &termios));
    termios.c_lflag = (termios.c_lflag | on) & ~off;
    OK(tcsetattr(slave, TCSANOW, &termios));
}

#endif
