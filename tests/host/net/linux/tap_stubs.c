/* tap_stubs.c: a network namespace of this process's own, with a tap device in it that Linux has an
 * address on, and a clock. Sources: Linux, Documentation/networking/tuntap.rst; netdevice(7),
 * ipv6(7), network_namespaces(7). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME "tap0"

struct in6_request {
    struct in6_addr address;
    uint32_t prefix_bits;
    int index;
};

static int set_address4(int fd, const char *address)
{
    struct ifreq request = {.ifr_name = NAME};
    struct sockaddr_in *in = (struct sockaddr_in *)&request.ifr_addr;
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    if (ioctl(fd, SIOCSIFADDR, &request) < 0)
        return -1;
    inet_pton(AF_INET, "255.255.255.0", &in->sin_addr);
    return ioctl(fd, SIOCSIFNETMASK, &request);
}

static int set_up(int fd, const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strcpy(request.ifr_name, name);
    return ioctl(fd, SIOCSIFFLAGS, &request);
}

static void set_address6(const char *address)
{
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    struct in6_request request = {.prefix_bits = 64, .index = (int)if_nametoindex(NAME)};
    inet_pton(AF_INET6, address, &request.address);
    (void)!ioctl(fd, SIOCSIFADDR, &request);
    close(fd);
}

static void no_duplicate_detection(void)
{
    int fd = open("/proc/sys/net/ipv6/conf/default/accept_dad", O_WRONLY);
    if (fd >= 0) {
        (void)!write(fd, "0", 1);
        close(fd);
    }
}

static int open_tap(void)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    strcpy(request.ifr_name, NAME);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    return fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 ? -1 : fd;
}

/* The tap's descriptor; -1 where the machine forbids it. */
value tap_open(value address4, value address6)
{
    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return Val_int(-1);
    no_duplicate_detection();
    int tap = open_tap(), control = socket(AF_INET, SOCK_DGRAM, 0);
    if (tap < 0 || control < 0 || set_address4(control, String_val(address4)) < 0 ||
        set_up(control, NAME) < 0 || set_up(control, "lo") < 0)
        return Val_int(-1);
    set_address6(String_val(address6));
    close(control);
    return Val_int(tap);
}

value tap_now(value unit)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return unit == Val_unit ? Val_long(time.tv_sec * 1000000000L + time.tv_nsec) : Val_unit;
}
