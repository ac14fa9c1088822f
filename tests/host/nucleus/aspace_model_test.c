/* aspace_model_test.c: any operations of address spaces, against a model of what each page
 * holds. */
#include "aspace_machine.h"

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
