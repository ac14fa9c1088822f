/* Memory, all that there is: of one process, of several, in files, in pipes, in page tables. */
#include "hostile.h"
#include <sys/socket.h>

#define MIB (1ul << 20)

static void *map(size_t size_bytes, int flags)
{
    flags |= MAP_ANONYMOUS | MAP_NORESERVE;
    return mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
}

static void touch(char *at, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i += PAGE)
        at[i] = 1;
}

static void take(int flags)
{
    void *at;
    while ((at = map(MIB, flags)) != MAP_FAILED)
        touch(at, MIB);
}

static void take_private(unsigned number)
{
    (void)number;
    take(MAP_PRIVATE);
}

static void take_shared(unsigned number)
{
    (void)number;
    take(MAP_SHARED);
}

/* What has just been all of memory can be used by the next one. */
static void expect_memory(size_t size_bytes)
{
    char *at = map(size_bytes, MAP_PRIVATE);
    EXPECT(at != MAP_FAILED);
    touch(at, size_bytes);
    OK(munmap(at, size_bytes));
}

CHECK(one_takes_all_memory)
{
    beside(take_private, 1);
    expect_memory(64 * MIB);
}

CHECK(four_take_all_memory)
{
    beside(take_private, 4);
    expect_memory(64 * MIB);
}

CHECK(shared_memory_is_all_memory)
{
    beside(take_shared, 2);
    expect_memory(64 * MIB);
}

/* Each copy is paid by who writes. */
static void take_by_copies(unsigned number)
{
    (void)number;
    char *at = map(32 * MIB, MAP_PRIVATE);
    touch(at, 32 * MIB);
    for (int i = 0; i < 20; i++)
        if (fork() == 0) {
            touch(at, 32 * MIB);
            pause();
        }
    pause();
}

CHECK(copies_on_writing_take_all_memory)
{
    beside_for(take_by_copies, 1, 5000);
    expect_memory(64 * MIB);
}

/* Three tables for each page. */
static void take_tables(unsigned number)
{
    (void)number;
    for (;;) {
        char *at = map(1ul << 34, MAP_PRIVATE);
        if (at == MAP_FAILED)
            return;
        for (size_t i = 0; i < 1ul << 34; i += 1ul << 21)
            at[i] = 1;
    }
}

CHECK(page_tables_take_all_memory)
{
    beside(take_tables, 1);
    expect_memory(64 * MIB);
}

/* Each is three regions where there was one. */
static void take_regions(unsigned number)
{
    const size_t nr_pages = 4 * 65536;
    (void)number;
    char *at = map(nr_pages * PAGE, MAP_PRIVATE);
    for (size_t i = 0; i < nr_pages; i += 2)
        if (mprotect(at + i * PAGE, PAGE, PROT_READ) < 0) {
            EXPECT_EQ(errno, ENOMEM);
            return;
        }
    FAIL("there are %zu regions", nr_pages);
}

CHECK(regions_have_a_limit)
{
    beside(take_regions, 1);
}

/* Until nothing more goes in: it cannot be more than the machine has. */
static void take_file_system(unsigned number)
{
    char name[32];
    static char bytes[64 * 1024];
    snprintf(name, sizeof name, "/tmp/hostile-%u", number);
    int file = OK(open(name, O_RDWR | O_CREAT | O_TRUNC, 0600));
    memset(bytes, 1, sizeof bytes);
    ssize_t n;
    while ((n = write(file, bytes, sizeof bytes)) > 0)
        ;
    EXPECT(errno == ENOSPC || errno == ENOMEM);
    OK(unlink(name));
}

CHECK(files_take_all_memory)
{
    beside(take_file_system, 2);
    expect_memory(64 * MIB);
}

static void fill(int to)
{
    static char bytes[4096];
    OK(fcntl(to, F_SETFL, O_NONBLOCK));
    while (write(to, bytes, sizeof bytes) > 0)
        ;
}

static void take_pipes(unsigned number)
{
    int ends[2];
    (void)number;
    while (pipe(ends) == 0) {
        fcntl(ends[1], F_SETPIPE_SZ, MIB);
        fill(ends[1]);
    }
    pause();
}

static void take_sockets(unsigned number)
{
    int ends[2];
    while (socketpair(AF_UNIX, number % 2 ? SOCK_STREAM : SOCK_DGRAM, 0, ends) == 0) {
        fill(ends[0]);
        fill(ends[1]);
    }
    pause();
}

CHECK(pipes_take_what_they_can)
{
    beside_for(take_pipes, 4, 4000);
    expect_memory(64 * MIB);
}

CHECK(sockets_take_what_they_can)
{
    beside_for(take_sockets, 4, 4000);
    expect_memory(64 * MIB);
}
