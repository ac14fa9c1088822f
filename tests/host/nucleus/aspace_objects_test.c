/* aspace_objects_test.c: address spaces that show memory objects, and what objects promise. */
#include "aspace_machine.h"

TEST(shared_regions_stay_shared)
{
    boot();
    struct object *o = object_new(OBJECT_ANONYMOUS, 4 * PAGE_SIZE);
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, 4 * PAGE_SIZE, RW | REGION_SHARED, o, 0);
    store(a, AT, 1);
    struct aspace *b = aspace_fork(a);
    store(b, AT, 2);
    store(b, AT + PAGE_SIZE, 3);
    CHECK_EQ(load(a, AT), 2);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 3);
    aspace_map(b, AT + MIB, PAGE_SIZE, RW, o, PAGE_SIZE);
    CHECK_EQ(load(b, AT + MIB), 3);
    store(b, AT + MIB, 4); /* private: a copy */
    CHECK_EQ(load(a, AT + PAGE_SIZE), 3);
    object_release(o);
    aspace_free(a);
    CHECK_EQ(load(b, AT), 2);
    aspace_free(b);
}

TEST(a_pager_brings_what_is_absent)
{
    boot();
    struct object *o = object_new(OBJECT_PAGED, 3 * PAGE_SIZE - 100);
    struct aspace *a = aspace_new(LIMIT);
    struct absent_page absent;
    uint64_t *word;
    aspace_map(a, AT, 8 * PAGE_SIZE, RW, o, PAGE_SIZE);
    CHECK_EQ(aspace_fault(a, AT + PAGE_SIZE + 5, PAGE_READ, &absent), FAULT_ABSENT);
    CHECK(absent.object == o && absent.index == 2);
    phys_t frame = frames_alloc(0);
    *(uint64_t *)phys_to_virt(frame) = 77;
    CHECK_EQ(object_bring(o, 2, frame), 0);
    CHECK_EQ(object_bring(o, 2, frame), -EEXIST);
    CHECK_EQ(object_bring(o, 3, frame), -EFAULT);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 77);
    store(a, AT + PAGE_SIZE, 78);
    CHECK_EQ(*(uint64_t *)phys_to_virt(frame), 77);
    CHECK_EQ(touch(a, AT + 2 * PAGE_SIZE, PAGE_READ, &word), FAULT_OUTSIDE);
    CHECK(object_forget(o, 2) && !object_forget(o, 2));
    CHECK_EQ(load(a, AT + PAGE_SIZE), 78);
    object_release(o);
    aspace_free(a);
}

TEST(a_fixed_object_is_nobodys_to_free)
{
    boot();
    phys_t memory = frames_alloc(1);
    *(uint64_t *)phys_to_virt(memory + PAGE_SIZE) = 5;
    struct object *o = object_new_fixed(memory, 2 * PAGE_SIZE);
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, 2 * PAGE_SIZE, RW, o, 0);
    aspace_map(a, AT + MIB, 2 * PAGE_SIZE, RW | REGION_SHARED, o, 0);
    object_release(o);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 5);
    store(a, AT + MIB + PAGE_SIZE, 6);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 6);
    struct aspace *b = aspace_fork(a);
    store(b, AT + PAGE_SIZE, 7);
    CHECK_EQ(load(a, AT + PAGE_SIZE), 6);
    aspace_free(a);
    aspace_free(b);
    frames_free(memory, 1);
}

TEST(an_object_that_shrinks_forgets)
{
    boot();
    uint64_t before = free_frames();
    struct object *o = object_new(OBJECT_ANONYMOUS, 1 * GIB);
    phys_t frame;
    for (uint64_t i = 0; i < 1000; i++) {
        CHECK_EQ(object_page(o, i * 250, &frame), 0);
        frames_free(frame, 0);
    }
    CHECK(o->nr_frames >= 1000);
    object_resize(o, 125 * 1000 * PAGE_SIZE);
    CHECK(o->nr_frames >= 500 && o->nr_frames < 1000);
    CHECK_EQ(object_page(o, 125 * 1000, &frame), -EFAULT);
    object_resize(o, 0);
    CHECK_EQ(o->nr_frames, 0);
    object_release(o);
    CHECK(before - free_frames() <= 1);
}

TEST(what_an_object_lost_leaves_all_spaces)
{
    boot();
    struct object *o = object_new(OBJECT_ANONYMOUS, 4 * PAGE_SIZE);
    struct aspace *a = aspace_new(LIMIT);
    aspace_map(a, AT, 4 * PAGE_SIZE, RW | REGION_SHARED, o, 0);
    aspace_map(a, AT + MIB, 2 * PAGE_SIZE, RW, o, 2 * PAGE_SIZE);
    for (unsigned i = 0; i < 4; i++)
        store(a, AT + i * PAGE_SIZE, i + 1);
    store(a, AT + MIB, 10);
    store(a, AT + MIB + PAGE_SIZE, 11);
    CHECK_EQ(aspace_protect(a, AT + PAGE_SIZE, PAGE_SIZE, PAGE_READ), 0); /* three areas */
    struct aspace *b = aspace_fork(a);
    uint64_t before = free_frames(), *word;
    object_resize(o, 3 * PAGE_SIZE - 100);
    aspace_cut(o);
    /* The object's last page, and the private copy of that, of two spaces. */
    CHECK_EQ(free_frames(), before + 2);
    struct aspace *both[] = {a, b};
    for (unsigned i = 0; i < 2; i++) {
        CHECK_EQ(touch(both[i], AT + 3 * PAGE_SIZE, PAGE_READ, &word), FAULT_OUTSIDE);
        CHECK_EQ(touch(both[i], AT + MIB + PAGE_SIZE, PAGE_READ, &word), FAULT_OUTSIDE);
        CHECK_EQ(load(both[i], AT + 2 * PAGE_SIZE), 3);
        CHECK_EQ(load(both[i], AT + MIB), 10);
    }
    object_resize(o, 4 * PAGE_SIZE);
    CHECK_EQ(load(a, AT + 3 * PAGE_SIZE), 0);
    CHECK_EQ(load(b, AT + MIB + PAGE_SIZE), 0);
    aspace_free(a);
    object_resize(o, 0);
    aspace_cut(o);
    CHECK_EQ(touch(b, AT, PAGE_READ, &word), FAULT_OUTSIDE);
    aspace_free(b);
    CHECK(o->first_area == NULL && o->last_area == NULL && o->users == 1);
    object_release(o);
}

TEST(code_is_executable_once_cores_know_of_it)
{
    boot();
    code_is_coherent = false;
    struct aspace *a = aspace_new(LIMIT);
    phys_t phys;
    uint64_t *word;
    aspace_map(a, AT, 2 * PAGE_SIZE, RW | PAGE_EXEC, NULL, 0);
    store(a, AT, 1);
    CHECK_EQ(aspace_flags(a, AT, &phys) & PAGE_EXEC, 0);
    CHECK_EQ(touch(a, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK(code_changes == 1 && code_written == word);
    struct aspace *b = aspace_fork(a);
    CHECK_EQ(touch(b, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK_EQ(code_changes, 1); /* the same frame */
    store(b, AT, 2);
    CHECK_EQ(aspace_flags(b, AT, &phys) & PAGE_EXEC, 0);
    CHECK_EQ(touch(b, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK(code_changes == 2 && code_written == word && *word == 2);
    CHECK_EQ(aspace_protect(a, AT, PAGE_SIZE, RW), 0);
    CHECK_EQ(aspace_protect(a, AT, PAGE_SIZE, PAGE_READ | PAGE_EXEC), 0);
    CHECK_EQ(touch(a, AT, PAGE_EXEC, &word), FAULT_RESOLVED);
    CHECK(code_changes == 3 && code_written == word && *word == 1);
    aspace_free(a);
    aspace_free(b);
}

TEST(what_was_cut_off_comes_back_as_zeros)
{
    boot();
    struct object *o = object_new(OBJECT_ANONYMOUS, 2 * PAGE_SIZE);
    phys_t frame;
    CHECK_EQ(object_page(o, 0, &frame), 0);
    unsigned char *bytes = phys_to_virt(frame);
    memset(bytes, 7, PAGE_SIZE);
    object_resize(o, 100);
    object_resize(o, PAGE_SIZE);
    CHECK(bytes[99] == 7 && bytes[100] == 0 && bytes[PAGE_SIZE - 1] == 0);
    object_resize(o, 50);
    memset(bytes, 8, PAGE_SIZE); /* by who has it mapped */
    object_resize(o, 200);
    CHECK(bytes[49] == 8 && bytes[50] == 0 && bytes[199] == 0);
    frames_free(frame, 0);
    object_release(o);
}
