/* mremap: growing, shrinking and moving. */
#include "check.h"
#include "fault.h"

#define RW (PROT_READ | PROT_WRITE)

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static char *map_pages(unsigned nr_pages)
{
    return (char *)OK(mmap(NULL, nr_pages * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static char *remap(char *old, size_t old_size, size_t size, int flags, char *place)
{
    return (char *)syscall(SYS_mremap, old, old_size, size, flags, place);
}

/* Each page begins with its number from one on. */
static char *numbered(unsigned nr_pages)
{
    char *memory = map_pages(nr_pages);
    for (unsigned i = 0; i < nr_pages; i++)
        memory[i * PAGE] = (char)(i + 1);
    return memory;
}

static void expect_numbered(const char *memory, unsigned nr_pages, unsigned nr_fresh)
{
    for (unsigned i = 0; i < nr_pages; i++)
        EXPECT_EQ(memory[i * PAGE], i + 1);
    for (unsigned i = nr_pages; i < nr_pages + nr_fresh; i++)
        EXPECT_EQ(memory[i * PAGE], 0);
}

CHECK(shrinking_stays_and_unmaps)
{
    char *memory = numbered(4);
    EXPECT(remap(memory, 4 * PAGE, 2 * PAGE, 0, NULL) == memory);
    expect_numbered(memory, 2, 0);
    EXPECT_FAULT(fault_of_read(memory + 2 * PAGE), SIGSEGV, SEGV_MAPERR, memory + 2 * PAGE);
}

CHECK(growing_in_place)
{
    char *memory = numbered(4);
    OK(munmap(memory + 2 * PAGE, 2 * PAGE));
    EXPECT(remap(memory, 2 * PAGE, 4 * PAGE, 0, NULL) == memory);
    expect_numbered(memory, 2, 2);
}

CHECK(growing_where_there_is_no_room)
{
    char *memory = numbered(4);
    EXPECT_FAILS(ENOMEM, remap(memory, 2 * PAGE, 3 * PAGE, 0, NULL));
    char *moved = (char *)OK(remap(memory, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE, NULL));
    EXPECT(moved != memory);
    expect_numbered(moved, 2, 1);
    EXPECT_FAULT(fault_of_read(memory + PAGE), SIGSEGV, SEGV_MAPERR, memory + PAGE);
    EXPECT_EQ(memory[2 * PAGE], 3);
}

CHECK(moving_to_a_fixed_place_replaces)
{
    char *memory = numbered(2), *place = numbered(4);
    EXPECT(remap(memory, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
    expect_numbered(place, 4, 0);
    EXPECT_EQ(fault_of_read(memory).signal, SIGSEGV);
    EXPECT_FAILS(EINVAL, remap(place, PAGE, PAGE, MREMAP_FIXED, memory));
    EXPECT_FAILS(EINVAL,
                 remap(place, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place + PAGE));
    EXPECT_FAILS(EINVAL, remap(place, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, memory + 1));
}

CHECK(an_old_size_of_nothing_maps_once_more)
{
    char *memory = check_shared(2 * PAGE);
    memory[PAGE] = 5;
    char *twin = (char *)OK(remap(memory, 0, 2 * PAGE, MREMAP_MAYMOVE, NULL));
    EXPECT_EQ(twin[PAGE], 5);
    twin[0] = 6;
    EXPECT_EQ(memory[0], 6);
    EXPECT_FAILS(EINVAL, remap(map_pages(1), 0, PAGE, MREMAP_MAYMOVE, NULL));
}

CHECK(dontunmap_leaves_fresh_pages)
{
    char *memory = numbered(2);
    char *moved =
        (char *)OK(remap(memory, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL));
    expect_numbered(moved, 2, 0);
    EXPECT_EQ(memory[0] + memory[PAGE], 0);
}

CHECK(protections_move_along)
{
    char *memory = numbered(2);
    OK(mprotect(memory, 2 * PAGE, PROT_READ));
    char *place = map_pages(4);
    EXPECT(remap(memory, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
    expect_numbered(place, 2, 0);
    EXPECT_FAULT(fault_of_write(place), SIGSEGV, SEGV_ACCERR, place);
}

static int file_of_pages(unsigned nr_pages)
{
    int file = OK(memfd_create("remap", 0));
    for (unsigned i = 0; i < nr_pages; i++)
        EXPECT_EQ(pwrite(file, &(char){(char)(i + 1)}, 1, i * PAGE), 1);
    return file;
}

CHECK(file_mappings_grow_and_move)
{
    int file = file_of_pages(3);
    const int sharing[] = {MAP_SHARED, MAP_PRIVATE};
    for (int i = 0; i < 2; i++) {
        char *memory = (char *)OK(mmap(NULL, PAGE, RW, sharing[i], file, PAGE));
        EXPECT_EQ(memory[0], 2);
        memory[1] = 9;
        char *moved = (char *)OK(remap(memory, PAGE, 3 * PAGE, MREMAP_MAYMOVE, NULL));
        EXPECT_EQ(moved[0] + moved[1] + moved[PAGE], 2 + 9 + 3);
        EXPECT_EQ(fault_of_read(moved + 2 * PAGE).signal, SIGBUS);
        char *place = map_pages(4);
        EXPECT(remap(moved, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
        EXPECT_EQ(place[0] + place[1] + place[PAGE], 2 + 9 + 3);
        EXPECT_EQ(fault_of_read(moved).signal, SIGSEGV);
        char byte;
        EXPECT_EQ(pread(file, &byte, 1, PAGE + 1), 1);
        EXPECT_EQ(byte, 9); /* of the shared one */
    }
}

CHECK(mremap_refuses_bad_arguments)
{
    char *memory = numbered(2);
    EXPECT_FAILS(EINVAL, remap(memory + 1, PAGE, PAGE, 0, NULL));
    EXPECT_FAILS(EINVAL, remap(memory, PAGE, 0, 0, NULL));
    EXPECT_FAILS(EINVAL, remap(memory, PAGE, PAGE, 64, NULL));
    OK(munmap(memory + PAGE, PAGE));
    EXPECT_FAILS(EFAULT, remap(memory + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE, NULL));
    EXPECT_FAILS(EFAULT, remap(memory, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, NULL));
}
