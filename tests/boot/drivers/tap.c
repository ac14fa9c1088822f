/* tap.c: a network of its own, with a tap device of several queues for QEMU's `-netdev
 * tap,fds=...`, and a peer on it that sends each frame back with its two addresses exchanged, and
 * with what its virtio header says of checksums and segments. Status 77 when this machine does not
 * let us.
 *
 *   tap QUEUES COMMAND...   runs the command with the queues as file descriptors 20, 21, ...
 *
 * Sources: Linux, Documentation/networking/tuntap.rst; packet(7).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME "tap0"
#define FIRST_FD 20
#define QUEUES_MAX 16
#define NOT_ALLOWED 77

static void fail(int status, const char *what)
{
    fprintf(stderr, "tap: %s: %s\n", what, strerror(errno));
    exit(status);
}

static void open_queue(int fd)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE};
    strcpy(request.ifr_name, NAME);
    int queue = open("/dev/net/tun", O_RDWR);
    if (queue < 0)
        fail(NOT_ALLOWED, "/dev/net/tun");
    if (ioctl(queue, TUNSETIFF, &request) < 0)
        fail(NOT_ALLOWED, "a tap device");
    if (dup2(queue, fd) < 0)
        fail(1, "its descriptor");
    close(queue);
}

static void bring_up(int fd)
{
    struct ifreq request = {.ifr_flags = IFF_UP};
    strcpy(request.ifr_name, NAME);
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
        fail(1, "bringing " NAME " up");
}

/* All frames that come out of the machine, each after its virtio header. */
static int open_peer(void)
{
    int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), on = 1;
    if (fd < 0)
        fail(NOT_ALLOWED, "a packet socket");
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    address.sll_ifindex = (int)if_nametoindex(NAME);
    bring_up(fd);
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0)
        fail(1, "virtio headers");
    int room = 16 << 20; /* else the kernel drops frames that we are late for */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
        fail(NOT_ALLOWED, "a large buffer");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        fail(1, "binding");
    return fd;
}

static void exchange_addresses(unsigned char *frame)
{
    unsigned char destination[ETH_ALEN];
    memcpy(destination, frame, ETH_ALEN);
    memcpy(frame, frame + ETH_ALEN, ETH_ALEN);
    memcpy(frame + ETH_ALEN, destination, ETH_ALEN);
}

static void send_back(int fd)
{
    static unsigned char bytes[sizeof(struct virtio_net_hdr) + (128 << 10)];
    const ssize_t header = sizeof(struct virtio_net_hdr);
    for (;;) {
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        ssize_t length = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
        /* Our own machine's frames are none of the machine's. */
        if (length < header + ETH_HLEN || from.sll_pkttype == PACKET_OUTGOING)
            continue;
        exchange_addresses(bytes + header);
        while (write(fd, bytes, (size_t)length) < 0 && errno == ENOBUFS)
            usleep(100);
    }
}

int main(int argc, char **argv)
{
    int queues = argc > 2 ? atoi(argv[1]) : 0;
    if (queues < 1 || queues > QUEUES_MAX) {
        fprintf(stderr, "usage: tap QUEUES COMMAND...\n");
        return 2;
    }
    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        fail(NOT_ALLOWED, "a network of its own");
    for (int i = 0; i < queues; i++)
        open_queue(FIRST_FD + i);
    int peer = open_peer();
    pid_t parent = getpid();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            return 0; /* it was too fast for us */
        for (int i = 0; i < queues; i++)
            close(FIRST_FD + i);
        send_back(peer);
    }
    close(peer);
    execvp(argv[2], argv + 2);
    fail(1, argv[2]);
}
