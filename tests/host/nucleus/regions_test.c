/* regions_test.c: the tree of regions against a map of pages, with its invariants checked
 * throughout. */
#include "hosted.h"
#include "regions.h"
#include "errno.h"

#define PAGE  4096ul
#define BASE  0x10000000ul
#define PAGES 600

static struct regions space;
static struct region node[PAGES], *unused[PAGES];
static unsigned nr_unused;
static struct region *owner[PAGES]; /* the model */

static void reset(void)
{
    regions_init(&space, BASE, BASE + PAGES * PAGE);
    for (unsigned i = 0; i < PAGES; i++)
        unused[nr_unused++] = &node[i];
}

/* ---- Invariants ---- */

struct facts {
    int height;
    uintptr_t start, end, gap;
    size_t count;
};

static struct facts check_subtree(const struct region *r, const struct region *parent)
{
    CHECK(r->parent == parent);
    CHECK(r->start < r->end);
    struct facts left = {0}, right = {0}, here = {.start = r->start, .end = r->end, .count = 1};
    if (r->left) {
        left = check_subtree(r->left, r);
        CHECK(left.end <= r->start);
        here.start = left.start;
        here.gap = MAX(left.gap, r->start - left.end);
    }
    if (r->right) {
        right = check_subtree(r->right, r);
        CHECK(right.start >= r->end);
        here.end = right.end;
        here.gap = MAX(here.gap, MAX(right.gap, right.start - r->end));
    }
    CHECK(abs(left.height - right.height) <= 1);
    here.height = 1 + MAX(left.height, right.height);
    here.count += left.count + right.count;
    CHECK_EQ(r->height, here.height);
    CHECK_EQ(r->subtree_start, here.start);
    CHECK_EQ(r->subtree_end, here.end);
    CHECK_EQ(r->max_gap, here.gap);
    return here;
}

static void check_tree(void)
{
    size_t count = space.root ? check_subtree(space.root, NULL).count : 0;
    CHECK_EQ(space.count, count);
}

/* ---- The model ---- */

static void model_set(uintptr_t start, uintptr_t end, struct region *r)
{
    for (uintptr_t p = (start - BASE) / PAGE; p < (end - BASE) / PAGE; p++)
        owner[p] = r;
}

static struct region *model_at_or_after(uintptr_t page)
{
    while (page < PAGES && !owner[page])
        page++;
    return page < PAGES ? owner[page] : NULL;
}

static uintptr_t model_gap(size_t pages, size_t align)
{
    for (uintptr_t p = 0; p + pages <= PAGES; p++) {
        size_t n = 0;
        while (n < pages && !owner[p + n])
            n++;
        if (n == pages && (BASE + p * PAGE) % align == 0)
            return BASE + p * PAGE;
    }
    return 0;
}

static void check_lookups(void)
{
    uintptr_t page = check_random_below(PAGES),
              addr = BASE + page * PAGE + check_random_below(PAGE);
    CHECK(regions_find(&space, addr) == owner[page]);
    CHECK(regions_at_or_after(&space, addr) == model_at_or_after(page));
    size_t pages = 1 + check_random_below(30), align = PAGE << check_random_below(5);
    CHECK_EQ(regions_gap(&space, pages * PAGE, align), model_gap(pages, align));
}

static void check_order(void)
{
    struct region *r = regions_at_or_after(&space, 0), *before = NULL;
    size_t count = 0;
    for (; r; before = r, r = regions_next(r), count++) {
        CHECK(regions_prev(r) == before);
        CHECK(!before || before->end <= r->start);
    }
    CHECK_EQ(count, space.count);
}

/* ---- Random operations ---- */

static struct region *any_region(void)
{
    return model_at_or_after(check_random_below(PAGES));
}

static void random_insert(void)
{
    uintptr_t first = check_random_below(PAGES), n = 1 + check_random_below(12);
    struct region *r = unused[nr_unused - 1];
    *r = (struct region){.start = BASE + first * PAGE, .end = BASE + (first + n) * PAGE};
    r->flags = first;
    int expected = first + n > PAGES ? -EINVAL : 0;
    for (uintptr_t p = first; !expected && p < first + n; p++)
        if (owner[p])
            expected = -EEXIST;
    CHECK_EQ(regions_insert(&space, r), expected);
    if (expected == 0) {
        nr_unused--;
        model_set(r->start, r->end, r);
    }
}

static void random_remove(struct region *r)
{
    regions_remove(&space, r);
    model_set(r->start, r->end, NULL);
    unused[nr_unused++] = r;
}

static void random_split(struct region *r)
{
    uintptr_t pages = (r->end - r->start) / PAGE, end = r->end;
    if (pages < 2)
        return;
    struct region *upper = unused[--nr_unused];
    uintptr_t at = r->start + (1 + check_random_below(pages - 1)) * PAGE;
    r->offset = check_random();
    r->object = &upper;
    regions_split(&space, r, at, upper);
    CHECK_EQ(upper->offset, r->offset + (at - r->start));
    CHECK(upper->object == r->object && upper->flags == r->flags);
    CHECK(r->end == at && upper->start == at && upper->end == end);
    model_set(at, end, upper);
}

static void random_resize(struct region *r)
{
    struct region *before = regions_prev(r), *after = regions_next(r);
    uintptr_t low = before ? before->end : BASE, high = after ? after->start : space.end;
    uintptr_t start = low + check_random_below((high - low) / PAGE) * PAGE;
    uintptr_t end = start + (1 + check_random_below((high - start) / PAGE)) * PAGE;
    model_set(r->start, r->end, NULL);
    regions_resize(&space, r, start, end);
    model_set(start, end, r);
}

TEST(regions_random_operations_match_a_model)
{
    reset();
    for (unsigned step = 0, fullness = 0; step < 60000; step++) {
        if (step % 1000 == 0)
            fullness = check_random_below(100);
        struct region *r = any_region();
        if (!r || check_random_below(100) < fullness)
            random_insert();
        else if (check_random_below(4) == 0)
            random_split(r);
        else if (check_random_below(3) == 0)
            random_resize(r);
        else
            random_remove(r);
        check_lookups();
        if (step % 16 == 0) {
            check_tree();
            check_order();
        }
    }
}

TEST(regions_ascending_inserts_stay_balanced)
{
    static struct region many[1 << 16];
    regions_init(&space, BASE, BASE + (2ul << 16) * PAGE);
    for (unsigned i = 0; i < ARRAY_LEN(many); i++) {
        many[i].start = BASE + 2ul * i * PAGE;
        many[i].end = many[i].start + PAGE;
        CHECK_EQ(regions_insert(&space, &many[i]), 0);
    }
    check_tree();
    CHECK(space.root->height <= 17);
    CHECK_EQ(regions_gap(&space, PAGE, PAGE), BASE + PAGE);
    CHECK_EQ(regions_gap(&space, 2 * PAGE, PAGE), 0);
    for (unsigned i = 0; i < ARRAY_LEN(many); i += 2)
        regions_remove(&space, &many[i]);
    check_tree();
    CHECK_EQ(regions_gap(&space, 3 * PAGE, PAGE), BASE + 3 * PAGE);
}

TEST(regions_refuse_what_is_outside)
{
    reset();
    struct region r = {.start = BASE - PAGE, .end = BASE + PAGE};
    CHECK_EQ(regions_insert(&space, &r), -EINVAL);
    r = (struct region){.start = BASE, .end = BASE};
    CHECK_EQ(regions_insert(&space, &r), -EINVAL);
    r = (struct region){.start = BASE, .end = space.end + PAGE};
    CHECK_EQ(regions_insert(&space, &r), -EINVAL);
    CHECK_EQ(regions_gap(&space, 0, PAGE), 0);
    CHECK_EQ(regions_gap(&space, SIZE_MAX, PAGE), 0);
    CHECK_EQ(regions_gap(&space, PAGE, 1ul << 63), 0);
    CHECK_EQ(regions_gap(&space, PAGES * PAGE, PAGE), BASE);
}

TEST(regions_panic_on_impossible_cuts)
{
    reset();
    struct region r = {.start = BASE, .end = BASE + 2 * PAGE}, upper;
    CHECK_EQ(regions_insert(&space, &r), 0);
    CHECK_PANICS(regions_split(&space, &r, BASE, &upper), "cannot be cut");
    CHECK_PANICS(regions_split(&space, &r, r.end, &upper), "cannot be cut");
    CHECK_PANICS(regions_resize(&space, &r, r.end, r.end), "cannot become");
}
