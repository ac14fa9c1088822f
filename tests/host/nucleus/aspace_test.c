/* aspace_test.c: address spaces, touched as a core would: regions, forks, quotas. */
#include "aspace_machine.h"

TEST(zeros_come_when_touched)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    CHECK_EQ(aspace_map(a, AT, 1 * GIB, RW, NULL, 0), (long)AT);
    uint64_t before = free_frames();
    CHECK_EQ(load(a, AT + 512 * MIB), 0);
    CHECK(before - free_frames() <= 4); /* it, and tables */
    store(a, AT + 8, 7);
    CHECK_EQ(load(a, AT + 8), 7);
    CHECK_EQ(load(a, AT + 16), 0);
    struct aspace_figures f;
    aspace_figures(a, &f);
    CHECK_EQ(f.nr_regions, 1);
    CHECK_EQ(f.mapped, 1 * GIB);
    aspace_free(a);
}

TEST(what_is_not_allowed_is_refused)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word;
    aspace_map(a, AT, PAGE_SIZE, PAGE_READ, NULL, 0);
    aspace_map(a, AT + PAGE_SIZE, PAGE_SIZE, PAGE_NONE, NULL, 0);
    CHECK_EQ(touch(a, AT, PAGE_WRITE, &word), FAULT_FORBIDDEN);
    CHECK_EQ(touch(a, AT, PAGE_EXEC, &word), FAULT_FORBIDDEN);
    CHECK_EQ(touch(a, AT + PAGE_SIZE, PAGE_READ, &word), FAULT_FORBIDDEN);
    CHECK_EQ(touch(a, AT + 2 * PAGE_SIZE, PAGE_READ, &word), FAULT_UNMAPPED);
    CHECK_EQ(touch(a, 0, PAGE_READ, &word), FAULT_UNMAPPED);
    CHECK_EQ(touch(a, PTE_USER_END, PAGE_READ, &word), FAULT_UNMAPPED);
    CHECK_EQ(touch(a, hhdm_offset, PAGE_READ, &word), FAULT_UNMAPPED);
    aspace_free(a);
}

TEST(ranges_that_make_no_sense_are_refused)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    CHECK_EQ(aspace_map(a, AT + 1, PAGE_SIZE, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, AT, 0, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, AT, 5, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, USER_START - PAGE_SIZE, PAGE_SIZE, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, PTE_USER_END, PAGE_SIZE, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, AT, -PAGE_SIZE, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, 0, PTE_USER_END, RW, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, AT, PAGE_SIZE, RW | REGION_SHARED, NULL, 0), -EINVAL);
    CHECK_EQ(aspace_map(a, AT, 4 * PAGE_SIZE, RW, NULL, 0), (long)AT);
    CHECK_EQ(aspace_map(a, AT + 3 * PAGE_SIZE, PAGE_SIZE, RW, NULL, 0), -EEXIST);
    CHECK_EQ(aspace_unmap(a, AT + 1, PAGE_SIZE), -EINVAL);
    CHECK_EQ(aspace_protect(a, AT, 5 * PAGE_SIZE, PAGE_READ), -ENOMEM);
    CHECK_EQ(aspace_protect(a, AT, PAGE_SIZE, PAGE_USER), -EINVAL);
    aspace_free(a);
}

TEST(room_is_found_from_the_top)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    long first = aspace_map(a, 0, 2 * PAGE_SIZE, RW, NULL, 0);
    long second = aspace_map(a, 0, 4 * PAGE_SIZE, RW, NULL, 0);
    CHECK_EQ(first, (long)(PTE_USER_END - 2 * PAGE_SIZE));
    CHECK_EQ(second, first - (long)(4 * PAGE_SIZE));
    aspace_unmap(a, (uintptr_t)first, 2 * PAGE_SIZE);
    CHECK_EQ(aspace_map(a, 0, 3 * PAGE_SIZE, RW, NULL, 0), second - (long)(3 * PAGE_SIZE));
    CHECK_EQ(aspace_map(a, 0, PAGE_SIZE, RW, NULL, 0), first + (long)PAGE_SIZE);
    aspace_free(a);
}

TEST(unmapping_the_middle_leaves_the_ends)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word, before = free_frames();
    aspace_map(a, AT, 10 * PAGE_SIZE, RW, NULL, 0);
    for (unsigned i = 0; i < 10; i++)
        store(a, AT + i * PAGE_SIZE, i);
    CHECK_EQ(aspace_unmap(a, AT + 3 * PAGE_SIZE, 4 * PAGE_SIZE), 0);
    for (unsigned i = 0; i < 10; i++)
        if (i < 3 || i >= 7)
            CHECK_EQ(load(a, AT + i * PAGE_SIZE), i);
        else
            CHECK_EQ(touch(a, AT + i * PAGE_SIZE, PAGE_READ, &word), FAULT_UNMAPPED);
    aspace_map(a, AT + 3 * PAGE_SIZE, PAGE_SIZE, RW, NULL, 0);
    CHECK_EQ(load(a, AT + 3 * PAGE_SIZE), 0);
    CHECK_EQ(aspace_unmap(a, AT, 10 * PAGE_SIZE), 0);
    aspace_free(a);
    CHECK(before - free_frames() <= 2 + 2); /* slabs keep theirs; the root */
}

TEST(a_fork_copies_what_is_written)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, 4 * PAGE_SIZE, RW, NULL, 0);
    store(a, AT, 1);
    store(a, AT + PAGE_SIZE, 2);
    struct aspace *b = aspace_fork(a);
    uint64_t before = free_frames();
    CHECK_EQ(load(b, AT), 1);
    CHECK_EQ(load(a, AT), 1);
    CHECK_EQ(before, free_frames());
    store(b, AT, 10);
    CHECK_EQ(load(a, AT), 1);
    CHECK_EQ(before - 1, free_frames());
    store(a, AT, 20); /* the only owner by now: in place */
    CHECK_EQ(before - 1, free_frames());
    CHECK_EQ(load(b, AT), 10);
    store(a, AT + 2 * PAGE_SIZE, 5);
    CHECK_EQ(load(b, AT + 2 * PAGE_SIZE), 0);
    aspace_free(a);
    CHECK_EQ(load(b, AT + PAGE_SIZE), 2);
    aspace_free(b);
}

TEST(protection_changes_what_is_there)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word;
    aspace_map(a, AT, 4 * PAGE_SIZE, RW, NULL, 0);
    store(a, AT + PAGE_SIZE, 9);
    CHECK_EQ(aspace_protect(a, AT + PAGE_SIZE, PAGE_SIZE, PAGE_NONE), 0);
    CHECK_EQ(touch(a, AT + PAGE_SIZE, PAGE_READ, &word), FAULT_FORBIDDEN);
    store(a, AT, 1);
    store(a, AT + 2 * PAGE_SIZE, 1);
    CHECK_EQ(aspace_protect(a, AT, 4 * PAGE_SIZE, PAGE_READ | PAGE_EXEC), 0);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 9);
    CHECK_EQ(touch(a, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK_EQ(touch(a, AT, PAGE_WRITE, &word), FAULT_FORBIDDEN);
    struct aspace *b = aspace_fork(a);
    CHECK_EQ(aspace_protect(a, AT, 4 * PAGE_SIZE, RW), 0);
    store(a, AT + PAGE_SIZE, 10);
    CHECK_EQ(load(b, AT + PAGE_SIZE), 9);
    aspace_free(b);
    aspace_free(a);
}

TEST(what_is_never_to_be_written_stays_so)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, PAGE_SIZE, RW, NULL, 0);
    aspace_map(a, AT + PAGE_SIZE, PAGE_SIZE, PAGE_READ | REGION_NEVER_WRITTEN, NULL, 0);
    CHECK_EQ(aspace_protect(a, AT + PAGE_SIZE, PAGE_SIZE, RW), -EACCES);
    CHECK_EQ(aspace_protect(a, AT, 2 * PAGE_SIZE, RW | PAGE_EXEC), -EACCES);
    uint64_t *word;
    CHECK_EQ(touch(a, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK_EQ(touch(a, AT + PAGE_SIZE, PAGE_WRITE, &word), FAULT_FORBIDDEN);
    CHECK_EQ(aspace_protect(a, AT + PAGE_SIZE, PAGE_SIZE, PAGE_READ | PAGE_EXEC), 0);
    aspace_free(a);
}

TEST(discarded_pages_are_zeros_again)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, 4 * PAGE_SIZE, RW, NULL, 0);
    for (unsigned i = 0; i < 4; i++)
        store(a, AT + i * PAGE_SIZE, 7);
    CHECK_EQ(aspace_discard(a, AT + PAGE_SIZE, 2 * PAGE_SIZE), 0);
    CHECK_EQ(load(a, AT), 7);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 0);
    CHECK_EQ(load(a, AT + 2 * PAGE_SIZE), 0);
    CHECK_EQ(load(a, AT + 3 * PAGE_SIZE), 7);
    CHECK_EQ(aspace_discard(a, AT + 1, PAGE_SIZE), -EINVAL);
    aspace_free(a);
}

TEST(a_quota_ends_in_no_memory)
{
    boot();
    struct aspace *a = aspace_new(20);
    uint64_t *word;
    unsigned touched = 0;
    aspace_map(a, AT, MIB, RW, NULL, 0);
    while (touch(a, AT + touched * PAGE_SIZE, PAGE_WRITE, &word) == FAULT_RESOLVED)
        touched++;
    CHECK(touched >= 12 && touched < 20);
    CHECK_EQ(touch(a, AT + touched * PAGE_SIZE, PAGE_READ, &word), FAULT_NO_MEMORY);
    CHECK_EQ(load(a, AT), 0);
    aspace_unmap(a, AT, 4 * PAGE_SIZE);
    store(a, AT + touched * PAGE_SIZE, 1);
    aspace_free(a);
}

TEST(looking_makes_nothing)
{
    boot();
    struct object *o = object_new(OBJECT_ANONYMOUS, 3 * PAGE_SIZE),
                  *paged = object_new(OBJECT_PAGED, PAGE_SIZE);
    phys_t frame, seen;
    CHECK_EQ(object_look(o, 1, &frame), 0);
    CHECK(frame == 0 && o->nr_frames == 0);
    CHECK_EQ(object_page(o, 1, &frame), 0);
    CHECK_EQ(object_look(o, 1, &seen), 0);
    CHECK_EQ(seen, frame);
    frames_free(frame, 0);
    frames_free(frame, 0);
    CHECK_EQ(object_look(o, 2, &seen), 0);
    CHECK_EQ(object_look(o, 3, &seen), -EFAULT);
    CHECK_EQ(object_look(paged, 0, &seen), -EAGAIN);
    object_release(o);
    object_release(paged);
}

TEST(pages_move)
{
    boot();
    struct object *o = object_new(OBJECT_ANONYMOUS, 4 * PAGE_SIZE);
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word;
    aspace_map(a, AT, 3 * PAGE_SIZE, RW, o, PAGE_SIZE);
    store(a, AT, 1);
    store(a, AT + PAGE_SIZE, 2);
    CHECK_EQ(aspace_map_like(a, AT, 0, AT + GIB, 4 * PAGE_SIZE), (long)(AT + GIB));
    uint64_t before = free_frames();
    CHECK_EQ(aspace_move(a, AT, AT + GIB, 3 * PAGE_SIZE), 0);
    CHECK(before - free_frames() <= 2); /* tables */
    CHECK_EQ(load(a, AT + GIB), 1);
    CHECK_EQ(load(a, AT + GIB + PAGE_SIZE), 2);
    CHECK_EQ(load(a, AT), 0);
    CHECK_EQ(touch(a, AT + GIB + 3 * PAGE_SIZE, PAGE_READ, &word), FAULT_OUTSIDE);
    CHECK_EQ(aspace_move(a, AT, AT + GIB, 4 * PAGE_SIZE), -EINVAL);
    CHECK_EQ(aspace_map_like(a, AT + MIB, 0, 0, PAGE_SIZE), -EINVAL);
    CHECK_EQ(aspace_map_like(a, AT, PAGE_SIZE, AT + MIB, PAGE_SIZE), (long)(AT + MIB));
    store(a, AT + MIB, 5);
    aspace_free(a);
    object_release(o);
}

TEST(forks_leave_out_what_is_marked)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word;
    aspace_map(a, AT, 3 * PAGE_SIZE, RW, NULL, 0);
    for (unsigned i = 0; i < 3; i++)
        store(a, AT + i * PAGE_SIZE, i + 1);
    CHECK_EQ(aspace_mark(a, AT, PAGE_SIZE, REGION_NOT_FORKED, 0), 0);
    CHECK_EQ(aspace_mark(a, AT + PAGE_SIZE, PAGE_SIZE, REGION_WIPED, 0), 0);
    CHECK_EQ(aspace_mark(a, AT, 4 * PAGE_SIZE, 0, REGION_WIPED), -ENOMEM);
    struct aspace *b = aspace_fork(a);
    CHECK_EQ(touch(b, AT, PAGE_READ, &word), FAULT_UNMAPPED);
    CHECK_EQ(load(b, AT + PAGE_SIZE), 0);
    CHECK_EQ(load(b, AT + 2 * PAGE_SIZE), 3);
    CHECK_EQ(load(a, AT) + load(a, AT + PAGE_SIZE), 3);
    CHECK_EQ(aspace_mark(a, AT, 2 * PAGE_SIZE, 0, REGION_WIPED | REGION_NOT_FORKED), 0);
    struct aspace *c = aspace_fork(a);
    CHECK_EQ(load(c, AT) + load(c, AT + PAGE_SIZE), 3);
    aspace_free(a);
    aspace_free(b);
    aspace_free(c);
}

TEST(a_stack_grows_down_and_has_room)
{
    boot();
    struct aspace *a = aspace_new(LIMIT);
    uint64_t *word;
    uintptr_t top = AT + 64 * GIB, start = top - PAGE_SIZE;
    aspace_limit_stacks(a, 8 * MIB);
    aspace_map(a, start, PAGE_SIZE, RW | REGION_GROWS_DOWN, NULL, 0);
    aspace_map(a, top, PTE_USER_END - top, PAGE_NONE, NULL, 0);
    long other = aspace_map(a, 0, MIB, RW, NULL, 0);
    CHECK(other > 0 && (uintptr_t)other + MIB == top - 128 * MIB);
    store(a, top - 4 * MIB, 3);
    store(a, top - 2 * MIB, 2);
    CHECK_EQ(load(a, top - 4 * MIB), 3);
    CHECK_EQ(touch(a, top - 8 * MIB - 8, PAGE_WRITE, &word), FAULT_UNMAPPED);
    aspace_map(a, top - 6 * MIB, PAGE_SIZE, RW, NULL, 0);
    /* too near */
    CHECK_EQ(touch(a, top - 6 * MIB + 2 * PAGE_SIZE, PAGE_WRITE, &word), FAULT_UNMAPPED);
    store(a, top - 5 * MIB + 2 * PAGE_SIZE, 5);
    struct aspace *b = aspace_fork(a);
    aspace_unmap(b, top - 6 * MIB, PAGE_SIZE);
    store(b, top - 7 * MIB, 7);
    CHECK_EQ(load(b, top - 5 * MIB + 2 * PAGE_SIZE), 5);
    struct aspace_figures f;
    aspace_figures(b, &f);
    CHECK_EQ(f.mapped, 7 * MIB + MIB + (PTE_USER_END - top));
    aspace_free(a);
    aspace_free(b);
}
