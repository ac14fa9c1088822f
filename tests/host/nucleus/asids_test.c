/* asids_test.c: numbers of address spaces, and beside a model of TLBs: no core ever uses what it
 * should have forgotten. */
#include "hosted.h"
#include "asids.h"

TEST(a_space_keeps_its_number)
{
    struct asids s;
    bool keeps;
    asids_init(&s, 100);
    CHECK_EQ(s.count, ASIDS_MAX);
    unsigned first = asids_take(&s, 1, 0, &keeps);
    CHECK(first > 0 && !keeps);
    unsigned second = asids_take(&s, 2, 0, &keeps);
    CHECK(second != first && !keeps);
    CHECK_EQ(asids_take(&s, 1, 0, &keeps), first);
    CHECK(keeps);
}

TEST(numbers_are_given_in_turn)
{
    struct asids s;
    bool keeps;
    asids_init(&s, 3);
    for (uint64_t space = 1; space <= 10; space++) {
        CHECK_EQ(asids_take(&s, space, 0, &keeps), (space - 1) % 3 + 1);
        CHECK(!keeps);
    }
    CHECK_EQ(asids_take(&s, 8, 0, &keeps), 2);
    CHECK(keeps);
    asids_take(&s, 7, 0, &keeps);
    CHECK(!keeps);
}

TEST(one_number_does_for_a_core_without)
{
    struct asids s;
    bool keeps;
    asids_init(&s, 0);
    CHECK_EQ(asids_take(&s, 1, 0, &keeps), 1);
    CHECK_EQ(asids_take(&s, 1, 0, &keeps), 1);
    CHECK(keeps);
    CHECK_EQ(asids_take(&s, 2, 0, &keeps), 1);
    CHECK(!keeps);
    CHECK_EQ(asids_take(&s, 1, 0, &keeps), 1);
    CHECK(!keeps);
}

TEST(a_change_elsewhere_is_found_out_once)
{
    struct asids s;
    bool keeps;
    asids_init(&s, 8);
    asids_take(&s, 1, 5, &keeps);
    asids_take(&s, 1, 6, &keeps);
    CHECK(!keeps);
    asids_take(&s, 1, 6, &keeps);
    CHECK(keeps);
}

TEST(what_is_forgotten_in_order_counts)
{
    struct asids s;
    bool keeps;
    asids_init(&s, 8);
    asids_take(&s, 1, 5, &keeps);
    asids_forgot(&s, 1, 6);
    asids_take(&s, 1, 6, &keeps);
    CHECK(keeps);
    asids_forgot(&s, 1, 8); /* not 7 */
    asids_take(&s, 1, 8, &keeps);
    CHECK(!keeps);
    asids_forgot(&s, 2, 9); /* it has no number */
}

/* ---- beside a model ---- */

enum { CORES = 4, SPACES = 12, PAGES = 4 };

/* A page has a version, that each change raises; a TLB remembers versions by core, number and page,
 * 0 for nothing. */
static struct {
    uint64_t id, generation, version[PAGES];
} space[SPACES];
static struct {
    struct asids asids;
    int in; /* a space, or -1 */
    unsigned number;
    uint64_t tlb[ASIDS_MAX + 1][PAGES];
} core[CORES];
static uint64_t last_id, kept;

static void enter(unsigned c, int s)
{
    bool keeps;
    core[c].in = s;
    core[c].number = asids_take(&core[c].asids, space[s].id, space[s].generation, &keeps);
    if (!keeps)
        memset(core[c].tlb[core[c].number], 0, sizeof core[c].tlb[0]);
    kept += keeps;
}

static void touch(unsigned c, unsigned page)
{
    uint64_t *known = &core[c].tlb[core[c].number][page];
    const uint64_t now = space[core[c].in].version[page];
    if (*known == 0)
        *known = now;
    CHECK_EQ(*known, now);
}

/* As tlb_flush_user: cores in the space forget the page. */
static void change(int s, unsigned page)
{
    space[s].version[page]++;
    space[s].generation++;
    for (unsigned c = 0; c < CORES; c++)
        if (core[c].in == s) {
            core[c].tlb[core[c].number][page] = 0;
            asids_forgot(&core[c].asids, space[s].id, space[s].generation);
        }
}

/* Its cores have left a space that ends; one with another number takes its place. */
static void replace(int s)
{
    for (unsigned c = 0; c < CORES; c++)
        if (core[c].in == s)
            core[c].in = -1;
    space[s].id = ++last_id;
    space[s].generation = 0;
    for (unsigned page = 0; page < PAGES; page++)
        space[s].version[page] = 1 + last_id * 1000000;
}

static void step(void)
{
    unsigned c = check_random_below(CORES), what = check_random_below(20);
    unsigned page = check_random_below(PAGES);
    int s = (int)check_random_below(SPACES);
    if (what < 6 && core[c].in != s)
        enter(c, s);
    else if (what < 7)
        core[c].in = -1;
    else if (what < 17 && core[c].in >= 0)
        touch(c, page);
    else if (what < 19)
        change(core[c].in >= 0 && what < 18 ? core[c].in : s, page);
    else if (check_random_below(10) == 0)
        replace(s);
}

TEST(no_core_uses_what_is_old)
{
    struct check_count count = {0};
    for (unsigned c = 0; c < CORES; c++) {
        asids_init(&core[c].asids, c * 3);
        core[c].in = -1;
    }
    for (int s = 0; s < SPACES; s++)
        replace(s);
    while (check_another(&count, check_seconds()))
        step();
    CHECK(kept > 0);
}
