/* Files in memory, shared memory, and what fork copies. */
#include "check.h"
#include "fault.h"

#define RW (PROT_READ | PROT_WRITE)

static char *map_file(int file, size_t size, int prot, int flags, long offset)
{
    return (char *)OK(mmap(NULL, size, prot, flags, file, offset));
}

/* A file of so many pages, each full of its number from one on. */
static int numbered_file(unsigned nr_pages)
{
    char page[PAGE];
    check_directory();
    int file = OK(open("file", O_RDWR | O_CREAT | O_EXCL, 0666));
    for (unsigned i = 1; i <= nr_pages; i++) {
        memset(page, (int)i, PAGE);
        EXPECT_EQ(write(file, page, PAGE), PAGE);
    }
    return file;
}

static char file_byte(int file, off_t at)
{
    char byte = 0;
    EXPECT_EQ(pread(file, &byte, 1, at), 1);
    return byte;
}

CHECK(a_private_map_keeps_its_writes)
{
    int file = numbered_file(2);
    char *memory = map_file(file, 2 * PAGE, RW, MAP_PRIVATE, 0);
    EXPECT_EQ(memory[PAGE], 2);
    memory[PAGE] = 50;
    EXPECT_EQ(memory[PAGE] + memory[PAGE + 1], 52);
    EXPECT_EQ(file_byte(file, PAGE), 2);
    OK(madvise(memory, 2 * PAGE, MADV_DONTNEED));
    EXPECT_EQ(memory[PAGE], 2);
}

CHECK(a_shared_map_is_the_file)
{
    int file = numbered_file(2);
    char *memory = map_file(file, 2 * PAGE, RW, MAP_SHARED, 0);
    char *other = map_file(file, PAGE, PROT_READ, MAP_SHARED, PAGE);
    memory[PAGE] = 50;
    EXPECT_EQ(other[0], 50);
    EXPECT_EQ(file_byte(file, PAGE), 50);
    EXPECT_EQ(pwrite(file, "x", 1, PAGE + 1), 1);
    EXPECT_EQ(memory[PAGE + 1], 'x');
    EXPECT_EQ(other[1], 'x');
}

CHECK(a_map_outlives_its_file)
{
    int file = numbered_file(1);
    char *memory = map_file(file, PAGE, RW, MAP_SHARED, 0);
    OK(close(file));
    OK(unlink("file"));
    EXPECT_EQ(memory[9], 1);
    memory[9] = 2;
    EXPECT_EQ(memory[9], 2);
}

CHECK(the_rest_of_the_last_page_is_zero)
{
    int file = numbered_file(1);
    OK(ftruncate(file, 100));
    char *memory = map_file(file, 2 * PAGE, RW, MAP_SHARED, 0);
    EXPECT_EQ(memory[99], 1);
    EXPECT_EQ(memory[100], 0);
    EXPECT_EQ(memory[PAGE - 1], 0);
}

CHECK(behind_the_files_end_is_sigbus)
{
    int file = numbered_file(1);
    char *memory = map_file(file, 3 * PAGE, RW, MAP_SHARED, 0);
    EXPECT_FAULT(fault_of_read(memory + PAGE), SIGBUS, BUS_ADRERR, memory + PAGE);
    EXPECT_FAULT(fault_of_write(memory + 2 * PAGE + 5), SIGBUS, BUS_ADRERR, memory + 2 * PAGE + 5);
    OK(ftruncate(file, 2 * PAGE));
    EXPECT_EQ(memory[PAGE], 0);
    EXPECT_EQ(fault_of_read(memory + 2 * PAGE).signal, SIGBUS);
}

CHECK(truncation_takes_pages_away)
{
    int file = numbered_file(2);
    char *shared = map_file(file, 2 * PAGE, RW, MAP_SHARED, 0);
    char *private = map_file(file, 2 * PAGE, RW, MAP_PRIVATE, 0);
    shared[PAGE] = 3;
    private[PAGE + 1] = 3;
    OK(ftruncate(file, PAGE));
    EXPECT_EQ(fault_of_read(shared + PAGE).signal, SIGBUS);
    EXPECT_EQ(fault_of_read(private + PAGE).signal, SIGBUS);
    OK(ftruncate(file, 2 * PAGE));
    EXPECT_EQ(shared[PAGE] + private[PAGE + 1], 0);
}

/* Reads zeros or gets SIGBUS, and has copies meanwhile, until the first page says that it is
 * over. */
static void read_what_comes_and_goes(char *shared, char *private)
{
    while (!*(volatile char *)shared) {
        struct fault read = fault_of_read(shared + PAGE), write = fault_of_write(private + PAGE);
        EXPECT(read.signal == 0 || read.signal == SIGBUS);
        EXPECT(write.signal == 0 || write.signal == SIGBUS);
        pid_t child = OK(fork());
        if (child == 0)
            _exit(0);
        OK(waitpid(child, NULL, 0));
    }
}

CHECK(pages_come_and_go_under_many)
{
    enum { READERS = 4, ROUNDS = 30 };
    pid_t reader[READERS];
    int file = numbered_file(2);
    OK(ftruncate(file, 0));
    OK(ftruncate(file, PAGE));
    char *shared = map_file(file, 2 * PAGE, RW, MAP_SHARED, 0);
    char *private = map_file(file, 2 * PAGE, RW, MAP_PRIVATE, 0);
    for (int i = 0; i < READERS; i++)
        if ((reader[i] = OK(fork())) == 0) {
            read_what_comes_and_goes(shared, private);
            _exit(0);
        }
    for (int i = 0; i < ROUNDS; i++) {
        OK(ftruncate(file, 2 * PAGE));
        EXPECT_EQ(shared[PAGE], 0);
        shared[PAGE] = 1;
        OK(ftruncate(file, PAGE));
        EXPECT_EQ(fault_of_read(shared + PAGE).signal, SIGBUS);
    }
    shared[0] = 1;
    for (int i = 0; i < READERS; i++)
        EXPECT_EXITS(reader[i], 0);
}

CHECK(maps_need_the_files_permission)
{
    close(numbered_file(1));
    int reads = OK(open("file", O_RDONLY)), writes = OK(open("file", O_WRONLY));
    EXPECT_FAILS(EACCES, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, writes, 0));
    EXPECT_FAILS(EACCES, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, writes, 0));
    EXPECT_FAILS(EACCES, mmap(NULL, PAGE, RW, MAP_SHARED, reads, 0));
    OK(mmap(NULL, PAGE, RW, MAP_PRIVATE, reads, 0));
    char *memory = map_file(reads, PAGE, PROT_READ, MAP_SHARED, 0);
    EXPECT_FAILS(EACCES, mprotect(memory, PAGE, RW));
}

CHECK(some_files_have_no_map)
{
    int ends[2];
    check_directory();
    OK(pipe(ends));
    EXPECT_FAILS(ENODEV, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0));
    int directory = OK(open(".", O_RDONLY | O_DIRECTORY));
    EXPECT_FAILS(ENODEV, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, directory, 0));
}

CHECK(devices_have_maps)
{
    int zero = OK(open("/dev/zero", O_RDWR));
    char *memory = map_file(zero, PAGE, RW, MAP_PRIVATE, 0);
    EXPECT_EQ(memory[0], 0);
    memory[0] = 1;
    EXPECT_EQ(memory[0], 1);
}

CHECK(msync_writes_and_checks)
{
    int file = numbered_file(1);
    char *memory = map_file(file, PAGE, RW, MAP_SHARED, 0);
    memory[0] = 7;
    OK(msync(memory, PAGE, MS_SYNC));
    OK(msync(memory, PAGE, MS_ASYNC));
    EXPECT_FAILS(EINVAL, msync(memory, PAGE, MS_SYNC | MS_ASYNC));
    EXPECT_FAILS(EINVAL, msync(memory, PAGE, 64));
    EXPECT_FAILS(EINVAL, msync(memory + 1, PAGE, MS_SYNC));
    OK(munmap(memory, PAGE));
    EXPECT_FAILS(ENOMEM, msync(memory, PAGE, MS_SYNC));
}

CHECK(memory_files_have_no_name)
{
    int file = OK(memfd_create("some name", MFD_CLOEXEC));
    EXPECT_EQ(OK(fcntl(file, F_GETFD)), FD_CLOEXEC);
    OK(ftruncate(file, 2 * PAGE));
    char *memory = map_file(file, 2 * PAGE, RW, MAP_SHARED, 0);
    memory[PAGE] = 3;
    EXPECT_EQ(file_byte(file, PAGE), 3);
    EXPECT_FAILS(EINVAL, memfd_create("x", 0x4000));
}

CHECK(fork_copies_on_write)
{
    char *memory = (char *)OK(mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    volatile char *turn = check_shared(PAGE);
    memory[0] = 1;
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(memory[0], 1);
        memory[0] = 2;
        memory[PAGE] = 2;
        turn[0] = 1;
        AWAIT(turn[1]);
        EXPECT_EQ(memory[0], 2);
        EXPECT_EQ(memory[2 * PAGE], 0);
        _exit(0);
    }
    AWAIT(turn[0]);
    EXPECT_EQ(memory[0], 1);
    EXPECT_EQ(memory[PAGE], 0);
    memory[0] = 3;
    memory[2 * PAGE] = 3;
    turn[1] = 1;
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(memory[0], 3);
}

CHECK(copies_of_copies_are_their_own)
{
    volatile char *memory = (char *)OK(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    memory[0] = 1;
    for (int depth = 2; depth <= 6; depth++) {
        pid_t child = OK(fork());
        if (child != 0) {
            EXPECT_EXITS(child, 0);
            EXPECT_EQ(memory[0], depth - 1);
            if (depth > 2)
                _exit(0);
            return;
        }
        EXPECT_EQ(memory[0], depth - 1);
        memory[0] = (char)depth;
    }
    _exit(0);
}

CHECK(children_share_shared_memory)
{
    char *memory = check_shared(2 * PAGE);
    pid_t child = OK(fork());
    if (child == 0) {
        memory[PAGE] = 8;
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(memory[PAGE], 8);
}

CHECK(a_childs_unmapping_is_its_own)
{
    char *memory = check_shared(PAGE);
    pid_t child = OK(fork());
    if (child == 0) {
        OK(munmap(memory, PAGE));
        EXPECT_EQ(fault_of_read(memory).signal, SIGSEGV);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_NO_FAULT(fault_of_write(memory));
}

CHECK(dontfork_and_wipeonfork)
{
    char *memory = (char *)OK(mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    memset(memory, 1, 2 * PAGE);
    OK(madvise(memory, PAGE, MADV_DONTFORK));
    OK(madvise(memory + PAGE, PAGE, MADV_WIPEONFORK));
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(fault_of_read(memory).signal, SIGSEGV);
        EXPECT_EQ(memory[PAGE], 0);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(memory[0] + memory[PAGE], 2);
}

CHECK(calls_write_through_copy_on_write)
{
    int ends[2];
    char *memory = (char *)OK(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    memory[0] = 1;
    OK(pipe(ends));
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(write(ends[1], "z", 1), 1);
        EXPECT_EQ(read(ends[0], memory, 1), 1);
        EXPECT_EQ(memory[0], 'z');
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(memory[0], 1);
}
