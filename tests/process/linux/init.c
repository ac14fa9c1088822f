/* init.c: the first program of a Linux that runs test programs beside ours: mounts what they expect
 * of a system, starts the loopback network, runs /bin/run-tests, and switches the machine off. */
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void mount_at(const char *folder, const char *kind)
{
    mkdir(folder, 0755);
    if (mount(kind, folder, kind, 0, NULL))
        perror(folder);
}

static void start_loopback(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int any = socket(AF_INET, SOCK_DGRAM, 0);
    if (any < 0 || ioctl(any, SIOCSIFFLAGS, &loopback))
        perror("lo");
    close(any);
}

int main(void)
{
    char *arguments[] = {"/bin/run-tests", "/tests/list", NULL}, *environment[] = {NULL};
    mount_at("/proc", "proc");
    mount_at("/sys", "sysfs");
    mount_at("/dev", "devtmpfs");
    mount_at("/dev/pts", "devpts");
    mount_at("/tmp", "tmpfs");
    if (symlink("/proc/self/fd", "/dev/fd"))
        perror("/dev/fd");
    start_loopback();
    pid_t child = fork();
    if (child == 0) {
        setsid();
        execve(arguments[0], arguments, environment);
        perror(arguments[0]);
        _exit(1);
    }
    while (wait(NULL) != child)
        ;
    sync();
    reboot(RB_POWER_OFF);
    return 1;
}
