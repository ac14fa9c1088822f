/* Page tables (of x86_64's format, which the host has), read back as the processor would. */
#include "core/arch.h"
#include "core/paging.h"

static struct arena arena_of(uint64_t size)
{
    uint64_t base = (uint64_t)(uintptr_t)aligned_alloc(PAGE_SIZE, size);
    return (struct arena){base, base + size, base};
}

/* What is mapped there, or UINT64_MAX; *flags gets the leaf's low and NX bits. */
static uint64_t translate(uint64_t root, unsigned levels, uint64_t address, uint64_t *flags)
{
    uint64_t table = root;
    for (unsigned level = levels; level > 0; level--) {
        uint64_t size = PAGE_SIZE << (9 * (level - 1));
        uint64_t entry = ((uint64_t *)(uintptr_t)table)[address / size % 512];
        if (!(entry & 1))
            return UINT64_MAX;
        table = entry & 0x000ffffffffff000ULL;
        if (level == 1 || (entry & 0x80)) {
            *flags = entry & (1ULL << 63 | 0x1b);
            return (table & ~(size - 1)) + address % size;
        }
    }
    return UINT64_MAX;
}

static void expect_range(uint64_t root, unsigned levels, uint64_t virtual, uint64_t physical,
                         uint64_t size)
{
    uint64_t flags;
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t at = check_random_below(size);
        CHECK_EQ(translate(root, levels, virtual + at, &flags), physical + at);
    }
    CHECK_EQ(translate(root, levels, virtual, &flags), physical);
    CHECK_EQ(translate(root, levels, virtual + size - 1, &flags), physical + size - 1);
    CHECK_EQ(translate(root, levels, virtual - 1, &flags), UINT64_MAX);
    CHECK_EQ(translate(root, levels, virtual + size, &flags), UINT64_MAX);
}

TEST(paging_maps_exactly_the_range)
{
    static const uint64_t ranges[][2] = {
        {0x1000, 0x1000},           {0x7f000, 0x400000},          {0x200000, 0x200000},
        {0x12345000, 0x7654000},    {0x40000000, 0x80000000},     {0x3fe00000, 0x40400000},
        {0x100000000, 0x1c0000000}, {0x7fffe00000, 0x8000400000},
    };
    for (unsigned levels = 4; levels <= 5; levels++) {
        for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++) {
            struct arena arena = arena_of(4 * MIB);
            struct paging paging = {&arena, levels};
            struct address_space space = paging_create(&paging);
            uint64_t hhdm = arch_mode_hhdm(levels - 4);
            paging_map(&paging, space.high, hhdm + ranges[i][0], ranges[i][0], ranges[i][1],
                       MAP_WRITE);
            expect_range(space.high, levels, hhdm + ranges[i][0], ranges[i][0], ranges[i][1]);
            CHECK(arena.next - arena.base <= PAGE_SIZE + paging_cost(ranges[i][1]));
            free((void *)(uintptr_t)arena.base);
        }
    }
}

TEST(paging_permissions)
{
    struct arena arena = arena_of(1 * MIB);
    struct paging paging = {&arena, 4};
    struct address_space space = paging_create(&paging);
    uint64_t flags;
    paging_map(&paging, space.high, 0x1000, 0x1000, 0x1000, 0);
    paging_map(&paging, space.high, 0x2000, 0x1000, 0x1000, MAP_WRITE);
    paging_map(&paging, space.high, 0x3000, 0x1000, 0x1000, MAP_EXECUTE);
    paging_map(&paging, space.high, 0x4000, 0x1000, 0x1000, MAP_WRITE | MAP_FRAMEBUFFER);
    translate(space.high, 4, 0x1000, &flags);
    CHECK_EQ(flags, 1ULL << 63 | 1);
    translate(space.high, 4, 0x2000, &flags);
    CHECK_EQ(flags, 1ULL << 63 | 3);
    translate(space.high, 4, 0x3000, &flags);
    CHECK_EQ(flags, 1);
    translate(space.high, 4, 0x4000, &flags);
    CHECK_EQ(flags, 1ULL << 63 | 0xb);
}

TEST(paging_shares_the_upper_half_only)
{
    struct arena arena = arena_of(1 * MIB);
    struct paging paging = {&arena, 4};
    struct address_space space = paging_create(&paging);
    uint64_t high = 0xffffffff80000000ULL, flags;
    paging_map(&paging, space.high, high, 0x5000, 0x1000, 0);
    paging_map(&paging, space.low, 0x8000, 0x8000, 0x1000, 0);
    struct address_space other = paging_share_high(&paging, space);
    CHECK_EQ(translate(other.high, 4, high, &flags), 0x5000);
    CHECK_EQ(translate(other.low, 4, 0x8000, &flags), UINT64_MAX);
}

TEST(paging_stops_at_a_second_mapping)
{
    struct arena arena = arena_of(1 * MIB);
    struct paging paging = {&arena, 4};
    struct address_space space = paging_create(&paging);
    jmp_buf here;
    stopped = &here;
    if (setjmp(here))
        return;
    paging_map(&paging, space.high, 0x1000, 0x1000, 0x2000, 0);
    paging_map(&paging, space.high, 0x2000, 0x1000, 0x1000, 0);
    FAIL("mapped twice");
}

TEST(arena_stops_when_it_is_used_up)
{
    struct arena arena = arena_of(16 * KIB);
    jmp_buf here;
    stopped = &here;
    arena_alloc(&arena, 100, 8);
    CHECK_EQ((uintptr_t)arena_alloc(&arena, 8, PAGE_SIZE) % PAGE_SIZE, 0);
    if (setjmp(here))
        return;
    arena_alloc(&arena, 12 * KIB, 8);
    FAIL("gave more than it had");
}
