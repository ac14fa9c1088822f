/* init.c: the only program of the Linux that is measured beside ours (side_by_side.sh). Loads the
 * modules in /modules, reads blocks of 4 KiB at random from each disk without the page cache, one
 * at a time and 32 at a time, sends frames from one network interface to another, prints a line of
 * JSON for each, and switches the machine off.
 *
 * Under -icount shift=0 on one core a nanosecond is an instruction. What the processor idles is not
 * counted. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES 4096
#define DEPTH_MAX   32
#define REQUESTS    4000
#define FRAMES      4000
#define ETHER_TYPE  0x88b5 /* for experiments: IEEE 802 */

static struct utsname names;

static void stop(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf(": %s\n", strerror(errno));
    fflush(stdout);
    reboot(RB_POWER_OFF);
    for (;;)
        pause();
}

/* ---- what it costs ---- */

struct cost {
    uint64_t elapsed_ns, idle_ns, interrupts;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Of a file's lines, what `value_of` finds in them. */
static uint64_t sum_of(const char *path, bool (*value_of)(const char *line, uint64_t *value))
{
    char line[512];
    uint64_t sum = 0, value;
    FILE *file = fopen(path, "r");
    if (!file)
        stop("%s", path);
    while (fgets(line, sizeof line, file))
        if (value_of(line, &value))
            sum += value;
    fclose(file);
    return sum;
}

/* What the scheduler knows of its idling, to the nanosecond: with and without a request that
 * waits. */
static bool idle_of(const char *line, uint64_t *ns)
{
    return sscanf(line, " .idle_sleeptime : %lu", ns) == 1 ||
           sscanf(line, " .iowait_sleeptime : %lu", ns) == 1;
}

static uint64_t idle_ns(void) { return sum_of("/proc/timer_list", idle_of); }

/* Of devices: the first column of their lines. */
static bool interrupts_of(const char *line, uint64_t *nr)
{
    bool is_device = strstr(line, "virtio") || strstr(line, "nvme") || strstr(line, "ahci");
    return is_device && sscanf(line, " %*[^:]: %lu", nr) == 1;
}

static uint64_t interrupts(void) { return sum_of("/proc/interrupts", interrupts_of); }

static struct cost now(void)
{
    struct cost cost = {.idle_ns = idle_ns(), .interrupts = interrupts()};
    cost.elapsed_ns = now_ns();
    return cost;
}

static struct cost since(struct cost before)
{
    uint64_t elapsed = now_ns();
    return (struct cost){elapsed - before.elapsed_ns, idle_ns() - before.idle_ns,
                         interrupts() - before.interrupts};
}

static void print(const char *bench, const char *device, unsigned depth, unsigned nr,
                  struct cost cost)
{
    printf("{\"bench\":\"%s\",\"system\":\"Linux %s\",\"device\":\"%s\",\"depth\":%u,"
           "\"number\":%u,\"busy_ns\":%lu,"
           "\"elapsed_ns\":%lu,\"interrupts_per_1000\":%lu}\n",
           bench, names.release, device, depth, nr, (cost.elapsed_ns - cost.idle_ns) / nr,
           cost.elapsed_ns / nr, cost.interrupts * 1000 / nr);
}

/* ---- disks ---- */

static uint32_t random_state = 1;

static uint64_t random_block(uint64_t blocks)
{
    random_state = (random_state * 1103515245 + 12345) & 0x3fffffff;
    return (random_state >> 4) % blocks;
}

static void read_one_by_one(int disk, uint64_t blocks, char *memory, unsigned requests)
{
    while (requests-- > 0)
        if (pread(disk, memory, BLOCK_BYTES, (off_t)(random_block(blocks) * BLOCK_BYTES)) !=
            BLOCK_BYTES)
            stop("reading");
}

/* As many as were done are asked for anew, all at once. */
static void read_at_once(int disk, uint64_t blocks, char *memory, unsigned requests, long depth)
{
    struct iocb request[DEPTH_MAX], *list[DEPTH_MAX];
    struct io_event done[DEPTH_MAX];
    aio_context_t context = 0;
    unsigned left = requests;
    long free = depth, running = 0;
    if (syscall(SYS_io_setup, DEPTH_MAX, &context) < 0)
        stop("io_setup");
    for (long i = 0; i < depth; i++)
        done[i].data = (uint64_t)i;
    while (left > 0 || running > 0) {
        long nr = 0;
        for (; nr < free && left > 0; nr++, left--) {
            uint64_t slot = done[nr].data;
            request[slot] =
                (struct iocb){.aio_data = slot,
                              .aio_lio_opcode = IOCB_CMD_PREAD,
                              .aio_fildes = (uint32_t)disk,
                              .aio_buf = (uint64_t)(uintptr_t)(memory + slot * BLOCK_BYTES),
                              .aio_nbytes = BLOCK_BYTES,
                              .aio_offset = (int64_t)(random_block(blocks) * BLOCK_BYTES)};
            list[nr] = &request[slot];
        }
        if (nr > 0 && syscall(SYS_io_submit, context, nr, list) != nr)
            stop("io_submit");
        running += nr;
        free = running > 0 ? syscall(SYS_io_getevents, context, 1, depth, done, NULL) : 0;
        for (long i = 0; i < free; i++)
            if (done[i].res != BLOCK_BYTES)
                stop("reading");
        running -= free;
    }
    syscall(SYS_io_destroy, context);
}

static void bench_disk(const char *path, const char *device)
{
    static char memory[DEPTH_MAX * BLOCK_BYTES] __attribute__((aligned(BLOCK_BYTES)));
    int disk = open(path, O_RDONLY | O_DIRECT);
    if (disk < 0)
        return;
    uint64_t blocks = (uint64_t)lseek(disk, 0, SEEK_END) / BLOCK_BYTES;
    read_at_once(disk, blocks, memory, 500, DEPTH_MAX);
    struct cost before = now();
    read_one_by_one(disk, blocks, memory, REQUESTS);
    print("disk read 4 KiB", device, 1, REQUESTS, since(before));
    before = now();
    read_at_once(disk, blocks, memory, REQUESTS, DEPTH_MAX);
    print("disk read 4 KiB", device, DEPTH_MAX, REQUESTS, since(before));
    close(disk);
}

/* ---- networks ---- */

static int interface(const char *name)
{
    struct ifreq request = {0};
    int frames = socket(AF_PACKET, SOCK_RAW, htons(ETHER_TYPE));
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (frames < 0 || ioctl(frames, SIOCGIFFLAGS, &request) < 0)
        return -1;
    request.ifr_flags |= IFF_UP | IFF_PROMISC;
    if (ioctl(frames, SIOCSIFFLAGS, &request) < 0)
        stop("%s", name);
    struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                  .sll_protocol = htons(ETHER_TYPE),
                                  .sll_ifindex = (int)if_nametoindex(name)};
    if (bind(frames, (struct sockaddr *)&address, sizeof address) < 0)
        stop("%s", name);
    return frames;
}

static void exchange(int from, int into, unsigned bytes, unsigned depth, unsigned left)
{
    static char out[1514], in[DEPTH_MAX][2048];
    static struct mmsghdr sent[DEPTH_MAX], received[DEPTH_MAX];
    struct iovec one = {out, bytes}, room[DEPTH_MAX];
    memset(out, 0xff, 6);
    out[12] = (char)(ETHER_TYPE >> 8), out[13] = (char)(ETHER_TYPE & 0xff);
    for (unsigned i = 0; i < depth; i++) {
        room[i] = (struct iovec){in[i], sizeof in[i]};
        sent[i].msg_hdr = (struct msghdr){.msg_iov = &one, .msg_iovlen = 1};
        received[i].msg_hdr = (struct msghdr){.msg_iov = &room[i], .msg_iovlen = 1};
    }
    while (left > 0) {
        unsigned nr = left < depth ? left : depth, come = 0;
        if (sendmmsg(from, sent, nr, 0) != (int)nr)
            stop("sending");
        while (come < nr) {
            int got = recvmmsg(into, received, nr - come, MSG_WAITFORONE, NULL);
            if (got < 0)
                stop("receiving");
            come += (unsigned)got;
        }
        left -= nr;
    }
}

/* The interfaces come up in their own time. */
static void bench_network(void)
{
    int from = interface("eth0"), into = interface("eth1");
    if (from < 0 || into < 0)
        return;
    sleep(2);
    for (unsigned bytes = 64; bytes <= 1514; bytes += 1450)
        for (unsigned depth = 1; depth <= DEPTH_MAX; depth += DEPTH_MAX - 1) {
            exchange(from, into, bytes, depth, 500);
            struct cost before = now();
            exchange(from, into, bytes, depth, FRAMES);
            print(bytes == 64 ? "net frame, 64 bytes" : "net frame, 1514 bytes", "virtio-net",
                  depth, FRAMES, since(before));
        }
}

/* ---- the system ---- */

static void load_modules(void)
{
    struct dirent **file;
    int nr = scandir("/modules", &file, NULL, alphasort);
    for (int i = 0; i < nr; i++) {
        char path[300];
        snprintf(path, sizeof path, "/modules/%s", file[i]->d_name);
        int module = open(path, O_RDONLY);
        if (file[i]->d_name[0] != '.' && syscall(SYS_finit_module, module, "", 0) < 0 &&
            errno != EEXIST)
            stop("%s", path);
        close(module);
    }
}

int main(void)
{
    mount("dev", "/dev", "devtmpfs", 0, "");
    mount("proc", "/proc", "proc", 0, "");
    uname(&names);
    load_modules();
    sleep(3);
    printf("---- measured ----\n");
    bench_disk("/dev/vda", "virtio-blk");
    bench_disk("/dev/nvme0n1", "nvme");
    bench_disk("/dev/sda", "ahci");
    bench_network();
    errno = 0;
    stop("---- over ----");
}
