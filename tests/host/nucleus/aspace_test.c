/* aspace_test.c: address spaces and memory objects, touched as a core would, against a model of
 * what each page holds. */
#include "hosted.h"
#include "aspace.h"
#include "errno.h"
#include "frames.h"
#include "pte.h"
#include <sys/mman.h>

#define WINDOW (64 * MIB)
#define LIMIT  4096

/* ---- a machine ---- */

uintptr_t hhdm_offset;
unsigned paging_levels = 4, paging_largest_level = 1;
static uint64_t flushes;

void paging_copy_kernel_half(phys_t root)
{
    (void)root;
}

void tlb_leave(struct aspace *a)
{
    CHECK(a != NULL);
}

void arch_flush_user(uintptr_t start, size_t size)
{
    CHECK(start % PAGE_SIZE == 0 && size > 0);
}

void tlb_flush_user(struct aspace *a, uintptr_t start, size_t size)
{
    CHECK(a != NULL && start % PAGE_SIZE == 0 && size > 0);
    flushes++;
}

/* Code: what may be executed are frames whose content every core has been told of. */
bool code_is_coherent = true;
static const void *code_written;
static uint64_t code_changes;

void arch_code_written(void *start, size_t size)
{
    CHECK_EQ(size, PAGE_SIZE);
    code_written = start;
}

void tlb_code_changed(struct aspace *a)
{
    CHECK(a != NULL && code_written);
    code_changes++;
}

static void boot(void)
{
    void *window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(window != MAP_FAILED);
    memset(window, 0xa5, WINDOW); /* what is not zeroed shows */
    hhdm_offset = (uintptr_t)window;
    CHECK_EQ(frames_add(FRAME_SIZE, WINDOW), 0);
}

/* ---- a core ---- */

/* Where the address lies, when that may be done there, after as many faults as it takes. */
static enum fault_end touch(struct aspace *a, uintptr_t at, unsigned wants, uint64_t **word)
{
    struct absent_page absent;
    for (unsigned tries = 0; tries < 3; tries++) {
        phys_t phys = 0;
        unsigned flags = aspace_flags(a, at, &phys);
        if ((flags & wants) == wants && flags & PAGE_USER) {
            *word = phys_to_virt(phys);
            return FAULT_RESOLVED;
        }
        enum fault_end end = aspace_fault(a, at, wants, &absent);
        if (end != FAULT_RESOLVED)
            return end;
    }
    FAIL("%#lx: faults without end", at);
}

static uint64_t load(struct aspace *a, uintptr_t at)
{
    uint64_t *word;
    CHECK_EQ(touch(a, at, PAGE_READ, &word), FAULT_RESOLVED);
    return *word;
}

static void store(struct aspace *a, uintptr_t at, uint64_t value)
{
    uint64_t *word;
    CHECK_EQ(touch(a, at, PAGE_WRITE, &word), FAULT_RESOLVED);
    *word = value;
}

#define RW (PAGE_READ | PAGE_WRITE)
#define AT 0x10000000ul

static uint64_t free_frames(void)
{
    return frames_free_total() / FRAME_SIZE;
}

/* ---- promise by promise ---- */

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

/* ---- anything, against a model ---- */

#define SPACES 4
#define PAGES  24

static struct aspace *space[SPACES];
static struct {
    bool mapped, shared;
    unsigned flags;
    uint64_t value;
    unsigned index; /* of the object, when shared */
} model[SPACES][PAGES];
static uint64_t object_value[PAGES];

static void check_page(unsigned s, unsigned p, unsigned wants, uint64_t value)
{
    uint64_t *word;
    enum fault_end end = touch(space[s], AT + p * PAGE_SIZE, wants, &word);
    if (!model[s][p].mapped) {
        CHECK_EQ(end, FAULT_UNMAPPED);
        return;
    }
    if ((model[s][p].flags & wants) != wants) {
        CHECK_EQ(end, FAULT_FORBIDDEN);
        return;
    }
    CHECK_EQ(end, FAULT_RESOLVED);
    uint64_t *expected = model[s][p].shared ? &object_value[model[s][p].index] : &model[s][p].value;
    CHECK_EQ(*word, *expected);
    if (wants == PAGE_WRITE)
        *word = *expected = value;
}

static void step(struct object *o)
{
    unsigned s = check_random_below(SPACES), p = check_random_below(PAGES);
    unsigned n = 1 + check_random_below(PAGES - p), what = check_random_below(12);
    unsigned flags = check_random_below(8) | PAGE_READ;
    uintptr_t at = AT + p * PAGE_SIZE;
    if (what < 6) {
        check_page(s, p, 1u << check_random_below(3), check_random());
    } else if (what < 8) {
        bool shared = check_random_below(2), is_free = true;
        for (unsigned i = p; i < p + n; i++)
            is_free &= !model[s][i].mapped;
        unsigned index = check_random_below(PAGES - n + 1);
        long result = aspace_map(space[s], at, n * PAGE_SIZE, flags | (shared ? REGION_SHARED : 0),
                                 shared ? o : NULL, shared ? index * PAGE_SIZE : 0);
        CHECK_EQ(result, is_free ? (long)at : -EEXIST);
        for (unsigned i = 0; is_free && i < n; i++) {
            model[s][p + i].mapped = true;
            model[s][p + i].shared = shared;
            model[s][p + i].flags = flags;
            model[s][p + i].value = 0;
            model[s][p + i].index = index + i;
        }
    } else if (what < 9) {
        CHECK_EQ(aspace_unmap(space[s], at, n * PAGE_SIZE), 0);
        for (unsigned i = p; i < p + n; i++)
            model[s][i].mapped = false;
    } else if (what < 11) {
        bool whole = true;
        for (unsigned i = p; i < p + n; i++)
            whole &= model[s][i].mapped;
        CHECK_EQ(aspace_protect(space[s], at, n * PAGE_SIZE, flags), whole ? 0 : -ENOMEM);
        for (unsigned i = p; i < p + n && model[s][i].mapped; i++)
            model[s][i].flags = flags;
    } else {
        unsigned child = check_random_below(SPACES);
        if (child == s)
            return;
        aspace_free(space[child]);
        space[child] = aspace_fork(space[s]);
        CHECK(space[child] != NULL);
        memcpy(model[child], model[s], sizeof model[s]);
    }
}

TEST(any_operations_agree_with_the_model)
{
    boot();
    struct check_count count = {0};
    struct object *o = object_new(OBJECT_ANONYMOUS, PAGES * PAGE_SIZE);
    for (unsigned s = 0; s < SPACES; s++)
        space[s] = aspace_new(LIMIT);
    uint64_t before = free_frames();
    while (check_another(&count, check_seconds()))
        step(o);
    for (unsigned s = 0; s < SPACES; s++)
        for (unsigned p = 0; p < PAGES; p++)
            check_page(s, p, PAGE_READ, 0);
    object_resize(o, 0);
    for (unsigned s = 0; s < SPACES; s++) {
        CHECK_EQ(aspace_unmap(space[s], USER_START, PTE_USER_END - USER_START), 0);
        aspace_free(space[s]);
    }
    CHECK(free_frames() + 8 >= before); /* slabs grow by a few */
}
