/* A session's terminal: signals from it, and what the background may do with it. */
#include "terminal.h"

static volatile int last_signal;

static void note(int signal)
{
    last_signal = signal;
}

/* The rest of the check leads a session with the terminal. */
static pid_t in_session(void)
{
    pid_t child = OK(fork());
    if (child == 0) {
        alarm(CHECK_SECONDS);
        OK(setsid());
        make_terminal();
        OK(ioctl(slave, TIOCSCTTY, 0));
    }
    return child;
}

CHECK(a_sessions_terminal)
{
    pid_t child = in_session();
    if (child == 0) {
        EXPECT_EQ(tcgetpgrp(slave), getpid());
        EXPECT_EQ(tcgetsid(slave), getpid());
        int tty = OK(open("/dev/tty", O_RDWR));
        EXPECT_EQ(write(tty, "x", 1), 1);
        expect_read(master, "x");
        OK(ioctl(tty, TIOCNOTTY));
        EXPECT_FAILS(ENXIO, open("/dev/tty", O_RDWR));
        _exit(0);
    }
    int status = check_wait(child);
    EXPECT(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP));
}

CHECK(a_terminal_of_no_session)
{
    make_terminal();
    EXPECT_FAILS(ENOTTY, tcgetpgrp(slave));
    EXPECT_FAILS(ENOTTY, tcsetpgrp(slave, getpgrp()));
    EXPECT_FAILS(ENOTTY, tcgetsid(slave));
}

CHECK(characters_are_signals)
{
    pid_t child = in_session();
    if (child == 0) {
        signal(SIGINT, note);
        signal(SIGQUIT, note);
        signal(SIGTSTP, note);
        signal(SIGWINCH, note);
        type("\x03");
        AWAIT(last_signal == SIGINT);
        type("\x1c");
        AWAIT(last_signal == SIGQUIT);
        type("\x1a");
        AWAIT(last_signal == SIGTSTP);
        struct winsize size = {1, 2, 3, 4};
        OK(ioctl(slave, TIOCSWINSZ, &size));
        AWAIT(last_signal == SIGWINCH);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

/* A child in a group of its own, in the background, whose `use` of the terminal ends it. */
static pid_t in_background(void (*use)(void))
{
    pid_t child = OK(fork());
    if (child == 0) {
        OK(setpgid(0, 0));
        use();
        _exit(0);
    }
    setpgid(child, child);
    return child;
}

static void read_line(void)
{
    expect_read(slave, "x\n");
}

static void write_text(void)
{
    EXPECT_EQ(write(slave, "y", 1), 1);
}

static void read_ignoring(void)
{
    char byte;
    signal(SIGTTIN, SIG_IGN);
    EXPECT_FAILS(EIO, read(slave, &byte, 1));
}

CHECK(the_background_must_not_read)
{
    pid_t child = in_session();
    if (child == 0) {
        int status;
        pid_t reader = in_background(read_line);
        EXPECT_EQ(waitpid(reader, &status, WUNTRACED), reader);
        EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
        OK(tcsetpgrp(slave, reader));
        OK(kill(-reader, SIGCONT));
        type("x\n");
        EXPECT_EXITS(reader, 0);
        signal(SIGTTOU, SIG_IGN);
        OK(tcsetpgrp(slave, getpgrp()));
        EXPECT_EXITS(in_background(read_ignoring), 0);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(the_background_writes_unless_stopped)
{
    pid_t child = in_session();
    if (child == 0) {
        int status;
        EXPECT_EXITS(in_background(write_text), 0);
        expect_read(master, "y");
        set_local(TOSTOP, 0);
        pid_t writer = in_background(write_text);
        EXPECT_EQ(waitpid(writer, &status, WUNTRACED), writer);
        EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU);
        OK(tcsetpgrp(slave, writer));
        OK(kill(-writer, SIGCONT));
        EXPECT_EXITS(writer, 0);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

static void set_settings(void)
{
    set_local(0, ECHO);
}

CHECK(the_background_must_not_change_settings)
{
    pid_t child = in_session();
    if (child == 0) {
        int status;
        pid_t changer = in_background(set_settings);
        EXPECT_EQ(waitpid(changer, &status, WUNTRACED), changer);
        EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU);
        OK(kill(changer, SIGKILL));
        EXPECT_KILLED(changer, SIGKILL);
        EXPECT_FAILS(ESRCH, tcsetpgrp(slave, 1 << 22));
        EXPECT_FAILS(EINVAL, tcsetpgrp(slave, -1));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(a_leaders_end_hangs_up)
{
    volatile int *ready = check_shared(PAGE);
    pid_t child = in_session();
    if (child == 0) {
        if (OK(fork()) == 0) {
            signal(SIGHUP, note);
            ready[0] = 1;
            AWAIT(last_signal == SIGHUP);
            ready[1] = 1;
            _exit(0);
        }
        AWAIT(ready[0]);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    AWAIT(ready[1]);
}
