/* echo.c: a peer at the other end of a machine's network, for QEMU's `-netdev dgram` over Unix
 * sockets: each frame goes back to where it came from, with its two addresses exchanged.
 *
 *   echo LOCAL REMOTE   the path that we receive at, and the path that QEMU does; runs until it is
 * ended
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ADDRESS_BYTES 6
#define FRAME_MAX (128 * 1024)

static int socket_address(struct sockaddr_un *address, const char *path)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        fprintf(stderr, "echo: %s: the path is too long\n", path);
        return -1;
    }
    strcpy(address->sun_path, path);
    return 0;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd < 0 || socket_address(&address, path) < 0)
        return -1;
    unlink(path);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror(path);
        return -1;
    }
    return fd;
}

static void exchange_addresses(unsigned char *frame)
{
    unsigned char destination[ADDRESS_BYTES];
    memcpy(destination, frame, ADDRESS_BYTES);
    memcpy(frame, frame + ADDRESS_BYTES, ADDRESS_BYTES);
    memcpy(frame + ADDRESS_BYTES, destination, ADDRESS_BYTES);
}

int main(int argc, char **argv)
{
    static unsigned char frame[FRAME_MAX];
    struct sockaddr_un remote;
    if (argc != 3 || socket_address(&remote, argv[2]) < 0) {
        fprintf(stderr, "usage: echo LOCAL REMOTE\n");
        return 2;
    }
    int fd = open_socket(argv[1]);
    if (fd < 0)
        return 1;
    for (;;) {
        ssize_t length = recv(fd, frame, sizeof frame, 0);
        if (length < 0 && errno != EINTR)
            return 1;
        if (length < 2 * ADDRESS_BYTES)
            continue;
        exchange_addresses(frame);
        /* Fails when the machine is gone: the next one may come. */
        (void)!sendto(fd, frame, (size_t)length, 0, (struct sockaddr *)&remote, sizeof remote);
    }
}
