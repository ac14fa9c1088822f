/* What stands in files: reading, writing, seeking, truncating, copying. */
#include "check.h"
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <limits.h>

static void expect_text(int file, const char *text)
{
    char got[256] = "";
    EXPECT_EQ(pread(file, got, sizeof got - 1, 0), strlen(text));
    if (strcmp(got, text) != 0)
        FAIL("the file holds \"%s\", not \"%s\"", got, text);
}

static long size_of(int file)
{
    struct stat status;
    OK(fstat(file, &status));
    return status.st_size;
}

CHECK(reads_and_writes_move_on)
{
    char text[16] = "";
    check_directory();
    int file = check_file("a", "hello world");
    EXPECT_EQ(read(file, text, 5), 5);
    EXPECT_EQ(write(file, "-", 1), 1);
    EXPECT_EQ(read(file, text, sizeof text), 5);
    EXPECT(memcmp(text, "world", 5) == 0);
    EXPECT_EQ(read(file, text, sizeof text), 0);
    EXPECT_EQ(write(file, "!", 1), 1);
    expect_text(file, "hello-world!");
    EXPECT_EQ(read(file, text, 0), 0);
    EXPECT_EQ(write(file, text, 0), 0);
}

CHECK(places_do_not_move)
{
    char text[16] = "";
    check_directory();
    int file = check_file("a", "hello");
    EXPECT_EQ(pwrite(file, "J", 1, 0), 1);
    EXPECT_EQ(pread(file, text, 3, 2), 3);
    EXPECT(memcmp(text, "llo", 3) == 0);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 0);
    EXPECT_EQ(pread(file, text, 3, 100), 0);
    EXPECT_FAILS(EINVAL, pread(file, text, 3, -1));
    EXPECT_FAILS(EINVAL, pwrite(file, text, 3, -1));
    expect_text(file, "Jello");
}

CHECK(seeking)
{
    check_directory();
    int file = check_file("a", "0123456789");
    EXPECT_EQ(lseek(file, 3, SEEK_SET), 3);
    EXPECT_EQ(lseek(file, 4, SEEK_CUR), 7);
    EXPECT_EQ(lseek(file, -2, SEEK_END), 8);
    EXPECT_EQ(lseek(file, 100, SEEK_END), 110);
    EXPECT_FAILS(EINVAL, lseek(file, -1, SEEK_SET));
    EXPECT_FAILS(EINVAL, lseek(file, -11, SEEK_END));
    EXPECT_FAILS(EINVAL, lseek(file, 0, 99));
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 110);
    EXPECT_FAILS(EBADF, lseek(-1, 0, SEEK_SET));
    int ends[2];
    OK(pipe(ends));
    EXPECT_FAILS(ESPIPE, lseek(ends[0], 0, SEEK_SET));
    EXPECT_FAILS(ESPIPE, pread(ends[0], ends, 1, 0));
}

CHECK(holes_read_as_zero)
{
    char text[4] = "xyz";
    check_directory();
    int file = check_file("a", "");
    EXPECT_EQ(pwrite(file, "end", 3, 1 << 20), 3);
    EXPECT_EQ(size_of(file), (1 << 20) + 3);
    EXPECT_EQ(pread(file, text, 3, 5000), 3);
    EXPECT_EQ(text[0] | text[1] | text[2], 0);
    long hole = OK(lseek(file, 0, SEEK_HOLE)); /* or the end: holes need not be told */
    EXPECT(hole % 4096 == 0 || hole == (1 << 20) + 3);
    EXPECT(OK(lseek(file, 0, SEEK_DATA)) <= 1 << 20);
    EXPECT_EQ(lseek(file, 1 << 20, SEEK_HOLE), (1 << 20) + 3);
    EXPECT_FAILS(ENXIO, lseek(file, (1 << 20) + 3, SEEK_DATA));
    EXPECT_FAILS(ENXIO, lseek(file, (1 << 20) + 3, SEEK_HOLE));
}

CHECK(truncating)
{
    char text[8];
    check_directory();
    int file = check_file("a", "hello world");
    OK(ftruncate(file, 5));
    OK(ftruncate(file, 8));
    EXPECT_EQ(pread(file, text, 8, 0), 8);
    EXPECT(memcmp(text, "hello\0\0\0", 8) == 0);
    OK(truncate("a", 2));
    EXPECT_EQ(size_of(file), 2);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 0);
    EXPECT_FAILS(EINVAL, ftruncate(file, -1));
    EXPECT_FAILS(EINVAL, truncate("a", -1));
    EXPECT_FAILS(ENOENT, truncate("b", 0));
    EXPECT_FAILS(EISDIR, truncate(".", 0));
    EXPECT_FAILS(EBADF, ftruncate(-1, 0));
    int ends[2];
    OK(pipe(ends));
    EXPECT_FAILS(EINVAL, ftruncate(ends[1], 0));
}

CHECK(appending_goes_to_the_end)
{
    check_directory();
    int file = check_file("a", "one"), appends = OK(open("a", O_RDWR | O_APPEND));
    OK(lseek(appends, 0, SEEK_SET));
    EXPECT_EQ(write(appends, "two", 3), 3);
    EXPECT_EQ(lseek(appends, 0, SEEK_CUR), 6);
    EXPECT_EQ(pwrite(appends, "3", 1, 0), 1);
    expect_text(file, "onetwo3");
    OK(fcntl(appends, F_SETFL, 0));
    EXPECT_EQ(pwrite(appends, "O", 1, 0), 1);
    expect_text(file, "Onetwo3");
}

CHECK(appends_of_many_do_not_mix)
{
    enum { NR = 4, LINES = 200, WIDTH = 33 };
    pid_t children[NR];
    check_directory();
    int file = check_file("a", "");
    for (int i = 0; i < NR; i++) {
        if ((children[i] = OK(fork())))
            continue;
        char line[WIDTH];
        int appends = OK(open("a", O_WRONLY | O_APPEND));
        memset(line, 'a' + i, WIDTH);
        for (int n = 0; n < LINES; n++)
            EXPECT_EQ(write(appends, line, WIDTH), WIDTH);
        _exit(0);
    }
    for (int i = 0; i < NR; i++)
        EXPECT_EXITS(children[i], 0);
    EXPECT_EQ(size_of(file), NR * LINES * WIDTH);
    char line[WIDTH];
    while (read(file, line, WIDTH) == WIDTH)
        for (int i = 1; i < WIDTH; i++)
            EXPECT_EQ(line[i], line[0]);
}

CHECK(a_child_shares_the_place)
{
    char text[2];
    check_directory();
    int file = check_file("a", "abcd");
    pid_t child = OK(fork());
    if (child == 0) {
        EXPECT_EQ(read(file, text, 2), 2);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(read(file, text, 2), 2);
    EXPECT_EQ(text[0], 'c');
}

CHECK(vectors)
{
    char a[3] = "", b[8] = "";
    check_directory();
    int file = check_file("a", "");
    struct iovec out[] = {{"ab", 2}, {NULL, 0}, {"cdef", 4}}, in[] = {{a, 2}, {b, 8}};
    EXPECT_EQ(writev(file, out, 3), 6);
    expect_text(file, "abcdef");
    EXPECT_EQ(preadv(file, in, 2, 1), 5);
    EXPECT(memcmp(a, "bc", 2) == 0 && memcmp(b, "def", 3) == 0);
    EXPECT_EQ(pwritev(file, out, 1, 4), 2);
    expect_text(file, "abcdab");
    EXPECT_EQ(readv(file, in, 2), 0);
    EXPECT_EQ(writev(file, out, 0), 0);
    EXPECT_FAILS(EINVAL, writev(file, out, -1));
    EXPECT_FAILS(EINVAL, writev(file, out, IOV_MAX + 1));
    out[0].iov_len = -1ul;
    EXPECT_FAILS(EINVAL, writev(file, out, 1));
}

CHECK(sendfile_copies)
{
    check_directory();
    int from = check_file("a", "hello world"), to = check_file("b", "");
    off_t at = 6;
    EXPECT_EQ(sendfile(to, from, &at, 100), 5);
    EXPECT_EQ(at, 11);
    EXPECT_EQ(lseek(from, 0, SEEK_CUR), 0);
    EXPECT_EQ(sendfile(to, from, NULL, 5), 5);
    EXPECT_EQ(lseek(from, 0, SEEK_CUR), 5);
    expect_text(to, "worldhello");
    EXPECT_EQ(sendfile(to, from, &at, 100), 0);
    EXPECT_FAILS(EBADF, sendfile(-1, from, NULL, 1));
    EXPECT_FAILS(EBADF, sendfile(to, -1, NULL, 1));
}

CHECK(copy_file_range_copies)
{
    check_directory();
    int from = check_file("a", "hello world"), to = check_file("b", "");
    off_t at = 6, place = 2;
    EXPECT_EQ(copy_file_range(from, &at, to, &place, 100, 0), 5);
    EXPECT_EQ(at, 11);
    EXPECT_EQ(place, 7);
    EXPECT_EQ(copy_file_range(from, NULL, to, NULL, 2, 0), 2);
    expect_text(to, "heworld");
    EXPECT_EQ(copy_file_range(from, &at, to, NULL, 10, 0), 0);
    EXPECT_FAILS(EINVAL, copy_file_range(from, NULL, to, NULL, 1, 77));
    EXPECT_FAILS(EBADF, copy_file_range(from, NULL, -1, NULL, 1, 0));
}

CHECK(fallocate_grows)
{
    check_directory();
    int file = check_file("a", "hello");
    if (fallocate(file, 0, 0, 10000) < 0 && errno == EOPNOTSUPP)
        SKIP("this file system has no fallocate");
    EXPECT_EQ(size_of(file), 10000);
    OK(fallocate(file, 1 /* keep the size */, 0, 20000));
    EXPECT_EQ(size_of(file), 10000);
    EXPECT_FAILS(EINVAL, fallocate(file, 0, -1, 10));
    EXPECT_FAILS(EINVAL, fallocate(file, 0, 0, 0));
}

CHECK(syncing)
{
    int ends[2];
    check_directory();
    int file = check_file("a", "hello");
    OK(fsync(file));
    OK(fdatasync(file));
    EXPECT_FAILS(EBADF, fsync(-1));
    OK(pipe(ends));
    EXPECT_FAILS(EINVAL, fsync(ends[0]));
}

CHECK(large_transfers)
{
    enum { SIZE = 3 << 20 };
    check_directory();
    int file = check_file("a", "");
    unsigned char *out = malloc(SIZE), *in = malloc(SIZE);
    for (unsigned i = 0; i < SIZE; i++)
        out[i] = (unsigned char)(i * 7 + (i >> 11));
    EXPECT_EQ(pwrite(file, out, SIZE, 12345), SIZE);
    EXPECT_EQ(pread(file, in, SIZE, 12345), SIZE);
    EXPECT(memcmp(in, out, SIZE) == 0);
    EXPECT_EQ(pread(file, in, SIZE, 12346), SIZE - 1);
    EXPECT(memcmp(in, out + 1, SIZE - 1) == 0);
}

/* The last page of the address space that is free. */
static char *last_page(void)
{
    for (unsigned bits = 48; bits >= 38; bits--)
        for (unsigned long pages = 1; pages <= 16; pages++) {
            void *at = (void *)((1ul << bits) - pages * PAGE);
            if (mmap(at, PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == at)
                return at;
        }
    FAIL("no page at the end of memory");
}

CHECK(memory_ends)
{
    char *page = last_page();
    check_directory();
    int file = check_file("a", "");
    for (long length = 64 << 10; length <= 64 << 20; length *= 4) {
        ssize_t n = pwrite(file, page, length, 0);
        EXPECT(n < 0 ? errno == EFAULT : n > 0 && n < length);
    }
}
