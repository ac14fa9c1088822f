/* The memory map, by its invariants and against a model that keeps one type for each page. */
#include "core/memmap.h"
#include "limine.h"

#define U LIMINE_MEMMAP_USABLE
#define R LIMINE_MEMMAP_RESERVED
#define K LIMINE_MEMMAP_EXECUTABLE_AND_MODULES
#define L LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE

static struct memmap map_under_test;

static void expect_sound(const struct memmap *map)
{
    CHECK(!map->overflow);
    for (unsigned i = 0; i < map->nr; i++) {
        const struct memmap_entry *entry = &map->entries[i];
        CHECK(entry->base < entry->end);
        CHECK(((entry->base | entry->end) & (PAGE_SIZE - 1)) == 0);
        if (i == 0)
            continue;
        CHECK(entry[-1].end <= entry->base);
        CHECK(entry[-1].end < entry->base || entry[-1].type != entry->type);
    }
}

static void expect_entry(unsigned i, uint64_t base, uint64_t end, uint32_t type)
{
    CHECK(i < map_under_test.nr);
    CHECK_EQ(map_under_test.entries[i].base, base);
    CHECK_EQ(map_under_test.entries[i].end, end);
    CHECK_EQ(map_under_test.entries[i].type, type);
}

TEST(memmap_set_splits_and_joins)
{
    struct memmap *map = &map_under_test;
    memmap_clear(map);
    memmap_set(map, 0x1000, 0x9000, U);
    memmap_set(map, 0x3000, 0x4000, K);
    CHECK_EQ(map->nr, 3);
    expect_entry(0, 0x1000, 0x3000, U);
    expect_entry(1, 0x3000, 0x4000, K);
    expect_entry(2, 0x4000, 0x9000, U);
    memmap_set(map, 0x3000, 0x4000, U);
    CHECK_EQ(map->nr, 1);
    memmap_set(map, 0x0, 0x20000, R);
    CHECK_EQ(map->nr, 1);
    expect_entry(0, 0, 0x20000, R);
}

TEST(memmap_add_rounds_usable_memory_inwards)
{
    memmap_clear(&map_under_test);
    memmap_add(&map_under_test, 0x1001, 0x3000, U);
    expect_entry(0, 0x2000, 0x4000, U);
    memmap_add(&map_under_test, 0x3fff, 1, R);
    expect_entry(0, 0x2000, 0x3000, U);
    expect_entry(1, 0x3000, 0x4000, R);
}

TEST(memmap_add_lets_the_firmer_type_win)
{
    for (unsigned order = 0; order < 2; order++) {
        memmap_clear(&map_under_test);
        memmap_add(&map_under_test, 0x1000, 0x9000, order ? U : R);
        memmap_add(&map_under_test, 0x4000, order ? 0x3000 : 0x20000, order ? R : U);
        expect_sound(&map_under_test);
        CHECK_EQ(memmap_find(&map_under_test, 0x5000)->type, R);
    }
}

TEST(memmap_add_at_the_end_of_addresses)
{
    memmap_clear(&map_under_test);
    memmap_add(&map_under_test, UINT64_MAX - 100, 1000, R);
    memmap_add(&map_under_test, UINT64_MAX - 0x10000, UINT64_MAX, U);
    memmap_add(&map_under_test, 0, UINT64_MAX, R);
    expect_sound(&map_under_test);
}

TEST(memmap_alloc_takes_the_highest_that_fits)
{
    struct memmap *map = &map_under_test;
    memmap_clear(map);
    memmap_set(map, 0x100000, 0x200000, U);
    memmap_set(map, 0x300000, 0x310000, U);
    CHECK_EQ(memmap_alloc(map, 0x8000, 0x1000, UINT64_MAX, L), 0x308000);
    CHECK_EQ(memmap_alloc(map, 0x9000, 0x1000, UINT64_MAX, L), 0x1f7000);
    CHECK_EQ(memmap_alloc(map, 1, 0x1000, 0x180800, K), 0x17f000);
    CHECK_EQ(memmap_alloc(map, 0x1000, 0x80000, UINT64_MAX, K), 0x300000);
    CHECK_EQ(memmap_alloc(map, 0x200000, 0x1000, UINT64_MAX, K), 0);
    CHECK_EQ(memmap_alloc(map, UINT64_MAX, 0x1000, UINT64_MAX, K), 0);
    CHECK_EQ(memmap_alloc(map, 0, 0x1000, UINT64_MAX, K), 0);
    expect_sound(map);
}

TEST(memmap_alloc_never_gives_page_0)
{
    memmap_clear(&map_under_test);
    memmap_set(&map_under_test, 0, 0x1000, U);
    CHECK_EQ(memmap_alloc(&map_under_test, 0x1000, 0x1000, UINT64_MAX, L), 0);
}

TEST(memmap_borrow_takes_usable_memory_only)
{
    struct memmap *map = &map_under_test;
    memmap_clear(map);
    memmap_set(map, 0x2000, 0x4000, U);
    memmap_set(map, 0x4000, 0x6000, R);
    memmap_set(map, 0x8000, 0xa000, U);
    memmap_borrow(map, 0x3801, 0x8fff);
    CHECK_EQ(map->nr, 5);
    expect_entry(0, 0x2000, 0x3000, U);
    expect_entry(1, 0x3000, 0x4000, MEMMAP_BORROWED);
    expect_entry(2, 0x4000, 0x6000, R);
    expect_entry(3, 0x8000, 0x9000, MEMMAP_BORROWED);
    expect_entry(4, 0x9000, 0xa000, U);
    memmap_borrow(map, UINT64_MAX - 5, UINT64_MAX);
    CHECK_EQ(map->nr, 5);
}

TEST(memmap_says_when_it_is_full)
{
    memmap_clear(&map_under_test);
    for (uint64_t i = 0; i <= MEMMAP_MAX; i++)
        memmap_set(&map_under_test, i * 0x2000, i * 0x2000 + 0x1000, U);
    CHECK(map_under_test.overflow);
}

#define MODEL_PAGES 256
#define NOTHING     0xffffffffu

static void expect_model(const uint32_t *model)
{
    for (uint64_t page = 0; page < MODEL_PAGES; page++) {
        const struct memmap_entry *entry = memmap_find(&map_under_test, page * PAGE_SIZE);
        CHECK_EQ(entry ? entry->type : NOTHING, model[page]);
    }
}

TEST(memmap_equals_a_page_by_page_model)
{
    uint32_t model[MODEL_PAGES];
    for (unsigned round = 0; round < 200; round++) {
        memmap_clear(&map_under_test);
        for (unsigned i = 0; i < MODEL_PAGES; i++)
            model[i] = NOTHING;
        for (unsigned step = 0; step < 60; step++) {
            uint64_t first = check_random_below(MODEL_PAGES), type = check_random_below(4);
            uint64_t last = first + check_random_below(MODEL_PAGES - first);
            memmap_set(&map_under_test, first * PAGE_SIZE, last * PAGE_SIZE, (uint32_t)type);
            for (uint64_t page = first; page < last; page++)
                model[page] = (uint32_t)type;
            expect_sound(&map_under_test);
        }
        memmap_retype(&map_under_test, 2, 3);
        for (unsigned i = 0; i < MODEL_PAGES; i++)
            model[i] = model[i] == 2 ? 3 : model[i];
        expect_sound(&map_under_test);
        expect_model(model);
    }
}

TEST(memmap_add_in_any_order_gives_the_same_map)
{
    struct memmap first;
    for (unsigned round = 0; round < 100; round++) {
        struct memmap_entry ranges[12];
        for (unsigned i = 0; i < 12; i++)
            ranges[i] =
                (struct memmap_entry){check_random_below(0x80000), check_random_below(0x20000),
                                      (uint32_t)check_random_below(8)};
        for (unsigned order = 0; order < 4; order++) {
            memmap_clear(&map_under_test);
            for (unsigned i = 0; i < 12; i++) {
                const struct memmap_entry *range = &ranges[(i * 5 + order) % 12];
                memmap_add(&map_under_test, range->base, range->end, range->type);
            }
            expect_sound(&map_under_test);
            if (order == 0)
                first = map_under_test;
            CHECK_EQ(first.nr, map_under_test.nr);
            CHECK(memcmp(first.entries, map_under_test.entries, first.nr * sizeof *ranges) == 0);
        }
    }
}
