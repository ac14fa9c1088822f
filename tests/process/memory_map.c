/* Anonymous memory: brk, mmap, munmap, mprotect, mremap, madvise. */
#include "check.h"
#include "fault.h"
#include <sys/resource.h>

#define RW (PROT_READ | PROT_WRITE)

static char *map_at(void *hint, size_t size, int prot, int flags)
{
    return mmap(hint, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static char *map_pages(unsigned nr_pages)
{
    return (char *)OK(map_at(NULL, nr_pages * PAGE, RW, 0));
}

/* So many pages with nothing mapped around them that other mappings would fill. */
static char *free_pages(unsigned nr_pages)
{
    char *place = map_pages(nr_pages);
    OK(munmap(place, nr_pages * PAGE));
    return place;
}

static bool all_are(const char *bytes, size_t size, char value)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static char *program_break(char *wanted)
{
    return (char *)syscall(SYS_brk, wanted);
}

CHECK(brk_grows_and_shrinks)
{
    char *start = program_break(NULL);
    EXPECT(program_break(start + 3 * PAGE + 5) == start + 3 * PAGE + 5);
    EXPECT(all_are(start, 3 * PAGE + 5, 0));
    memset(start, 7, 3 * PAGE);
    EXPECT(program_break(start + PAGE) == start + PAGE);
    EXPECT_EQ(start[0], 7);
    EXPECT(program_break(start + 3 * PAGE) == start + 3 * PAGE);
    char *second = (char *)(((uintptr_t)start + 2 * PAGE - 1) & -PAGE);
    EXPECT(all_are(second, PAGE, 0));
}

CHECK(brk_that_cannot_be_changes_nothing)
{
    char *start = program_break(NULL);
    EXPECT(program_break((char *)PAGE) == start);
    EXPECT(program_break((char *)(1ul << 62)) == start);
    EXPECT(program_break((char *)-1) == start);
    EXPECT(program_break(NULL) == start);
}

CHECK(anonymous_memory_is_zero)
{
    char *memory = map_pages(64);
    EXPECT(all_are(memory, 64 * PAGE, 0));
    memset(memory, 1, 64 * PAGE);
    OK(munmap(memory, 64 * PAGE));
    memory = map_pages(64);
    EXPECT(all_are(memory, 64 * PAGE, 0));
}

CHECK(a_hint_is_taken_when_it_is_free)
{
    char *place = free_pages(16);
    EXPECT(map_at(place + 4 * PAGE, PAGE, RW, 0) == place + 4 * PAGE);
    char *other = map_at(place + 4 * PAGE, PAGE, RW, 0);
    EXPECT(other != MAP_FAILED && other != place + 4 * PAGE);
}

CHECK(an_unaligned_hint_is_only_a_hint)
{
    char *place = free_pages(16);
    char *got = map_at(place + 4 * PAGE + 123, PAGE, RW, 0);
    EXPECT(got != MAP_FAILED);
    EXPECT_EQ((uintptr_t)got % PAGE, 0);
}

CHECK(fixed_replaces_what_is_there)
{
    char *memory = map_pages(3);
    memset(memory, 5, 3 * PAGE);
    EXPECT(map_at(memory + PAGE, PAGE, RW, MAP_FIXED) == memory + PAGE);
    EXPECT(all_are(memory, PAGE, 5));
    EXPECT(all_are(memory + PAGE, PAGE, 0));
    EXPECT(all_are(memory + 2 * PAGE, PAGE, 5));
}

CHECK(fixed_noreplace_replaces_nothing)
{
    char *memory = map_pages(3);
    OK(munmap(memory + PAGE, PAGE));
    EXPECT_FAILS(EEXIST, map_at(memory, 2 * PAGE, RW, MAP_FIXED_NOREPLACE));
    EXPECT_FAILS(EEXIST, map_at(memory + PAGE, 2 * PAGE, RW, MAP_FIXED_NOREPLACE));
    EXPECT(map_at(memory + PAGE, PAGE, RW, MAP_FIXED_NOREPLACE) == memory + PAGE);
}

/* Past the C library, which checks some of this itself. */
static long raw_map(void *place, size_t size, int prot, int flags, int file, long offset)
{
    return syscall(SYS_mmap, place, size, prot, flags, file, offset);
}

CHECK(mmap_refuses_bad_arguments)
{
    const int private = MAP_PRIVATE | MAP_ANONYMOUS;
    EXPECT_FAILS(EINVAL, raw_map(NULL, 0, RW, private, -1, 0));
    EXPECT_FAILS(EINVAL, raw_map(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0));
    EXPECT_FAILS(EINVAL, raw_map((void *)123456, PAGE, RW, private | MAP_FIXED, -1, 0));
    EXPECT_FAILS(EINVAL, raw_map(NULL, PAGE, RW, MAP_PRIVATE, 0, 5));
    EXPECT_FAILS(EBADF, raw_map(NULL, PAGE, RW, MAP_PRIVATE, -1, 0));
    EXPECT_FAILS(EBADF, raw_map(NULL, PAGE, RW, MAP_PRIVATE, 999, 0));
    EXPECT_FAILS(ENOMEM, raw_map(NULL, -PAGE, RW, private, -1, 0));
    EXPECT_FAILS(ENOMEM, raw_map(NULL, 1ul << 62, RW, private, -1, 0));
    EXPECT_FAILS(ENOMEM, raw_map((void *)-(2 * PAGE), PAGE, RW, private | MAP_FIXED, -1, 0));
}

CHECK(munmap_of_the_middle_leaves_both_ends)
{
    char *memory = map_pages(5);
    memset(memory, 3, 5 * PAGE);
    OK(munmap(memory + PAGE, 3 * PAGE));
    EXPECT(all_are(memory, PAGE, 3));
    EXPECT(all_are(memory + 4 * PAGE, PAGE, 3));
    EXPECT_FAULT(fault_of_read(memory + PAGE), SIGSEGV, SEGV_MAPERR, memory + PAGE);
    EXPECT_FAULT(fault_of_write(memory + 4 * PAGE - 1), SIGSEGV, SEGV_MAPERR,
                 memory + 4 * PAGE - 1);
}

CHECK(munmap_of_nothing_is_no_error)
{
    char *place = free_pages(4);
    OK(munmap(place, 4 * PAGE));
    char *memory = map_pages(4);
    OK(munmap(memory + PAGE, PAGE));
    OK(munmap(memory, 4 * PAGE));
    EXPECT_EQ(fault_of_read(memory).signal, SIGSEGV);
    EXPECT_EQ(fault_of_read(memory + 3 * PAGE).signal, SIGSEGV);
}

CHECK(munmap_rounds_its_length_up)
{
    char *memory = map_pages(3);
    OK(munmap(memory, PAGE + 1));
    EXPECT_EQ(fault_of_read(memory + PAGE).signal, SIGSEGV);
    EXPECT_NO_FAULT(fault_of_read(memory + 2 * PAGE));
}

CHECK(munmap_refuses_bad_arguments)
{
    char *memory = map_pages(1);
    EXPECT_FAILS(EINVAL, syscall(SYS_munmap, memory + 1, PAGE));
    EXPECT_FAILS(EINVAL, syscall(SYS_munmap, memory, 0));
    EXPECT_FAILS(EINVAL, syscall(SYS_munmap, memory, -PAGE));
    EXPECT_NO_FAULT(fault_of_write(memory));
}

CHECK(mprotect_takes_and_gives_back)
{
    char *memory = map_pages(3);
    memset(memory, 9, 3 * PAGE);
    OK(mprotect(memory + PAGE, PAGE, PROT_READ));
    EXPECT_NO_FAULT(fault_of_read(memory + PAGE));
    EXPECT_FAULT(fault_of_write(memory + PAGE + 7), SIGSEGV, SEGV_ACCERR, memory + PAGE + 7);
    EXPECT_NO_FAULT(fault_of_write(memory + PAGE - 1));
    EXPECT_NO_FAULT(fault_of_write(memory + 2 * PAGE));
    OK(mprotect(memory, 3 * PAGE, PROT_NONE));
    EXPECT_FAULT(fault_of_read(memory), SIGSEGV, SEGV_ACCERR, memory);
    EXPECT_FAULT(fault_of_read(memory + 2 * PAGE), SIGSEGV, SEGV_ACCERR, memory + 2 * PAGE);
    OK(mprotect(memory, 3 * PAGE, RW));
    EXPECT(all_are(memory + PAGE, PAGE - 1, 9));
    EXPECT_NO_FAULT(fault_of_write(memory + PAGE));
}

CHECK(pages_never_touched_keep_protections)
{
    char *memory = (char *)OK(map_at(NULL, 2 * PAGE, PROT_NONE, 0));
    EXPECT_FAULT(fault_of_read(memory), SIGSEGV, SEGV_ACCERR, memory);
    OK(mprotect(memory, PAGE, PROT_READ));
    EXPECT_EQ(memory[5], 0);
    EXPECT_FAULT(fault_of_write(memory), SIGSEGV, SEGV_ACCERR, memory);
    OK(mprotect(memory, PAGE, RW));
    EXPECT_NO_FAULT(fault_of_write(memory));
    EXPECT_FAULT(fault_of_read(memory + PAGE), SIGSEGV, SEGV_ACCERR, memory + PAGE);
}

CHECK(mprotect_stops_at_a_hole)
{
    char *memory = map_pages(3);
    OK(munmap(memory + PAGE, PAGE));
    EXPECT_FAILS(ENOMEM, mprotect(memory, 3 * PAGE, PROT_READ));
    EXPECT_FAULT(fault_of_write(memory), SIGSEGV, SEGV_ACCERR, memory);
    EXPECT_NO_FAULT(fault_of_write(memory + 2 * PAGE));
}

CHECK(mprotect_refuses_bad_arguments)
{
    char *memory = map_pages(1);
    EXPECT_FAILS(EINVAL, syscall(SYS_mprotect, memory + 1, PAGE, PROT_READ));
    EXPECT_FAILS(EINVAL, syscall(SYS_mprotect, memory, PAGE, 0x4000));
    EXPECT_FAILS(ENOMEM, syscall(SYS_mprotect, memory, -2 * PAGE, PROT_READ));
    EXPECT_FAILS(ENOMEM, syscall(SYS_mprotect, free_pages(2), PAGE, PROT_READ));
    OK(syscall(SYS_mprotect, memory, 0, PROT_READ));
    EXPECT_NO_FAULT(fault_of_write(memory));
}

/* A function that returns at once, in machine code. */
static void put_return(char *place)
{
#if defined(__x86_64__)
    const unsigned char code[] = {0xc3};
#elif defined(__aarch64__)
    const unsigned char code[] = {0xc0, 0x03, 0x5f, 0xd6};
#else
    const unsigned char code[] = {0x67, 0x80, 0x00, 0x00};
#endif
    memcpy(place, code, sizeof code);
    __builtin___clear_cache(place, place + sizeof code);
}

static void do_call(void *address)
{
    ((void (*)(void))address)();
}

CHECK(only_executable_pages_execute)
{
    char *memory = map_pages(1);
    put_return(memory);
    EXPECT_FAULT(fault_of_call(do_call, memory), SIGSEGV, SEGV_ACCERR, memory);
    OK(mprotect(memory, PAGE, PROT_READ | PROT_EXEC));
    EXPECT_NO_FAULT(fault_of_call(do_call, memory));
    EXPECT_FAULT(fault_of_write(memory), SIGSEGV, SEGV_ACCERR, memory);
    OK(mprotect(memory, PAGE, RW));
    EXPECT_FAULT(fault_of_call(do_call, memory), SIGSEGV, SEGV_ACCERR, memory);
}

CHECK(dontneed_forgets)
{
    char *memory = map_pages(4);
    memset(memory, 1, 4 * PAGE);
    OK(madvise(memory + PAGE, 2 * PAGE, MADV_DONTNEED));
    EXPECT(all_are(memory, PAGE, 1));
    EXPECT(all_are(memory + PAGE, 2 * PAGE, 0));
    EXPECT(all_are(memory + 3 * PAGE, PAGE, 1));
}

CHECK(dontneed_keeps_what_is_shared)
{
    char *memory = check_shared(PAGE);
    memory[0] = 4;
    OK(madvise(memory, PAGE, MADV_DONTNEED));
    EXPECT_EQ(memory[0], 4);
}

CHECK(madvise_checks_its_arguments)
{
    char *memory = map_pages(2);
    EXPECT_FAILS(EINVAL, madvise(memory, PAGE, 9999));
    EXPECT_FAILS(EINVAL, madvise(memory + 1, PAGE, MADV_DONTNEED));
    EXPECT_FAILS(ENOMEM, madvise(free_pages(4), PAGE, MADV_DONTNEED));
    OK(madvise(memory, 0, MADV_DONTNEED));
    OK(madvise(memory, PAGE, MADV_NORMAL));
    OK(madvise(memory, PAGE, MADV_SEQUENTIAL));
    OK(madvise(memory, PAGE, MADV_RANDOM));
    OK(madvise(memory, PAGE, MADV_WILLNEED));
}

CHECK(a_huge_sparse_map_costs_what_is_touched)
{
    const size_t size = 32ul << 30;
    char *memory = (char *)OK(map_at(NULL, size, RW, MAP_NORESERVE));
    for (size_t at = 0; at < size; at += size / 16)
        memory[at] = 1;
    for (size_t at = 0; at < size; at += size / 16)
        EXPECT_EQ(memory[at] + memory[at + PAGE], 1);
    OK(munmap(memory, size));
}

CHECK(address_space_has_a_limit)
{
    struct rlimit limit = {64ul << 20, 64ul << 20};
    OK(setrlimit(RLIMIT_AS, &limit));
    EXPECT_FAILS(ENOMEM, map_at(NULL, 65ul << 20, RW, 0));
    char *start = program_break(NULL);
    EXPECT(program_break(start + (65ul << 20)) == start);
    char *memory = map_pages(16);
    memory[0] = 1;
}

CHECK(many_small_regions)
{
    enum { NR = 1000 };
    char *memory = map_pages(2 * NR);
    for (unsigned i = 0; i < NR; i++)
        OK(munmap(memory + (2 * i + 1) * PAGE, PAGE));
    for (unsigned i = 0; i < NR; i++)
        memory[2 * i * PAGE] = (char)i;
    for (unsigned i = 0; i < NR; i++)
        EXPECT_EQ(memory[2 * i * PAGE], (char)i);
    for (unsigned i = 0; i < NR; i++)
        EXPECT(map_at(memory + (2 * i + 1) * PAGE, PAGE, RW, MAP_FIXED_NOREPLACE) != MAP_FAILED);
    OK(munmap(memory, 2 * NR * PAGE));
}

CHECK(mincore_says_what_is_there)
{
    unsigned char present[4];
    char *memory = map_pages(4);
    memory[PAGE] = 1;
    OK(mincore(memory, 4 * PAGE, present));
    EXPECT_EQ(present[1] & 1, 1);
    EXPECT_FAILS(EINVAL, mincore(memory + 1, PAGE, present));
    EXPECT_FAILS(EFAULT, mincore(memory, PAGE, (unsigned char *)8));
    OK(munmap(memory, PAGE));
    EXPECT_FAILS(ENOMEM, mincore(memory, 2 * PAGE, present));
}

CHECK(populated_and_locked_memory)
{
    char *memory = (char *)OK(map_at(NULL, 4 * PAGE, RW, MAP_POPULATE));
    EXPECT(all_are(memory, 4 * PAGE, 0));
    OK(mlock(memory, PAGE));
    OK(munlock(memory, PAGE));
    EXPECT_FAILS(ENOMEM, mlock(free_pages(8), PAGE));
}
