/* frames_test.c: the frame allocator against a naive model, and the promises of frames.h one by
 * one.
 *
 * Physical memory is a window of 8 TiB of the test's address space, which the host backs where
 * touched. */
#include "hosted.h"
#include "frames.h"
#include "errno.h"
#include "paging.h"
#include <sys/mman.h>

#define WINDOW (8ull << 40)

static char *window;

void *phys_to_virt(phys_t addr)
{
    if (!window)
        window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (window == MAP_FAILED || addr >= WINDOW)
        FAIL("physical address %#lx is outside of the test's memory", addr);
    return window + addr;
}

static void fill(phys_t base, phys_t end, int byte)
{
    memset(phys_to_virt(base), byte, end - base);
}

/* ---- A model: which block owns each frame ---- */

#define MODEL_FRAMES 16384

static uint8_t usable[MODEL_FRAMES], taken[MODEL_FRAMES];

static void model_take(phys_t block, uint64_t nr_frames)
{
    uint64_t first = block >> FRAME_SHIFT;
    CHECK(block % FRAME_SIZE == 0 && first > 0 && first + nr_frames <= MODEL_FRAMES);
    for (uint64_t i = first; i < first + nr_frames; i++) {
        CHECK(usable[i] && !taken[i]);
        taken[i] = 1;
    }
}

static void model_give(phys_t block, uint64_t nr_frames)
{
    memset(&taken[block >> FRAME_SHIFT], 0, nr_frames);
}

static void model_add(phys_t base, phys_t end)
{
    CHECK_EQ(frames_add(base, end), 0);
    for (uint64_t i = (base + FRAME_SIZE - 1) >> FRAME_SHIFT; i < end >> FRAME_SHIFT; i++)
        usable[i] = 1;
}

/* Whether an aligned block of the order, wholly below limit, is free by the model. Records are
 * known to the model as frames that were never handed out, so only blocks seen before count:
 * `known`. */
static bool model_has(unsigned order, uint64_t limit_frame, const uint8_t *known)
{
    for (uint64_t i = 0; i + (1u << order) <= limit_frame; i += 1u << order) {
        uint64_t n = 0;
        while (n < 1u << order && known[i + n] && !taken[i + n])
            n++;
        if (n == 1u << order)
            return true;
    }
    return false;
}

static uint64_t stats_free(void)
{
    struct frames_stats stats;
    uint64_t sum = 0;
    frames_stats(&stats);
    for (unsigned o = 0; o <= FRAME_ORDER_MAX; o++)
        sum += stats.free_blocks[o] << o << FRAME_SHIFT;
    CHECK_EQ(stats.free_bytes, sum);
    CHECK_EQ(frames_free_total(), sum);
    CHECK(stats.low_bytes <= stats.free_bytes && stats.free_bytes <= stats.total_bytes);
    return sum;
}

/* Allocates every frame there is, notes which they are, and gives them back. */
static void learn_known(uint8_t *known)
{
    static phys_t all[MODEL_FRAMES];
    unsigned n = 0;
    while ((all[n] = frames_alloc(0)))
        known[all[n++] >> FRAME_SHIFT] = 1;
    CHECK_EQ(frames_free_total(), 0);
    while (n-- > 0)
        frames_free(all[n], 0);
}

/* ---- Small facts ---- */

TEST(frames_none_without_memory)
{
    CHECK_EQ(frames_alloc(0), 0);
    CHECK_EQ(frames_alloc_below(0, UINT64_MAX), 0);
    CHECK_EQ(frames_alloc_bytes(1), 0);
    CHECK_EQ(frames_free_total(), 0);
}

TEST(frames_add_rounds_inwards_and_spares_frame_0)
{
    fill(0, 64 * KIB, 0xa5);
    CHECK_EQ(frames_add(0, 8 * FRAME_SIZE + 1), 0);
    uint8_t seen[16] = {0};
    for (phys_t f; (f = frames_alloc(0));)
        seen[f >> FRAME_SHIFT]++;
    CHECK_EQ(seen[0] + seen[1], 0); /* 1 holds the records */
    for (unsigned i = 2; i < 8; i++)
        CHECK_EQ(seen[i], 1);
    CHECK_EQ(seen[8], 0);
}

TEST(frames_add_refuses_nonsense)
{
    CHECK_EQ(frames_add(MIB, MIB), -EINVAL);
    CHECK_EQ(frames_add(2 * MIB, MIB), -EINVAL);
    CHECK_EQ(frames_add(UINT64_MAX - 10, UINT64_MAX), 0); /* less than a frame */
    CHECK_EQ(frames_add(MIB, MIB + FRAME_SIZE), 0);       /* only its record would fit */
    CHECK_EQ(frames_add(MIB, 2 * MIB), 0);
    CHECK_EQ(frames_add(MIB, 2 * MIB), -EINVAL);
    CHECK_EQ(frames_add(2 * MIB - FRAME_SIZE, 3 * MIB), -EINVAL);
    CHECK_EQ(frames_add(MIB / 2, MIB + 2 * FRAME_SIZE), -EINVAL);
    CHECK_EQ(frames_add(MIB / 2, 4 * MIB), -EINVAL);
    CHECK_EQ(frames_add(2 * MIB, 3 * MIB), 0);
    CHECK_EQ(frames_add(0, MIB), 0);
}

TEST(frames_add_stops_at_its_limit_of_ranges)
{
    for (uint64_t i = 1; i <= 256; i++)
        CHECK_EQ(frames_add(i * 4 * FRAME_SIZE, (i * 4 + 2) * FRAME_SIZE), 0);
    CHECK_EQ(frames_add(GIB, 2 * GIB), -ENOSPC);
    CHECK_EQ(frames_free_total(), 256 * FRAME_SIZE);
    for (unsigned i = 0; i < 256; i++)
        CHECK(frames_alloc(0) != 0);
    CHECK_EQ(frames_alloc(0), 0);
}

TEST(frames_add_of_terabytes_touches_little)
{
    phys_t base = GIB + 5 * FRAME_SIZE, end = 7ull << 40;
    CHECK_EQ(frames_add(base, end), 0);
    uint64_t touched = 0;
    for (uint64_t at = 0; at < 40 * GIB; at += GIB) {
        static unsigned char resident[GIB / FRAME_SIZE];
        CHECK_EQ(mincore(window + at, GIB, resident), 0);
        for (size_t i = 0; i < sizeof resident; i++)
            touched += resident[i] & 1;
    }
    CHECK(touched > 0);
    CHECK(touched < 7200); /* one page of records per block of 1 GiB */
    struct frames_stats stats;
    frames_stats(&stats);
    CHECK_EQ(stats.total_bytes, end - base);
    CHECK(stats.free_bytes > stats.total_bytes / 256 * 254);
    CHECK(frames_alloc(FRAME_ORDER_MAX) % GIB == 0);
}

TEST(frames_are_aligned_physically)
{
    fill(3 * FRAME_SIZE, 4 * MIB, 0xff);
    CHECK_EQ(frames_add(3 * FRAME_SIZE, 4 * MIB - FRAME_SIZE), 0);
    for (unsigned order = 0; order < 9; order++) {
        phys_t block = frames_alloc(order);
        CHECK(block != 0);
        CHECK_EQ(block % (FRAME_SIZE << order), 0);
        frames_free(block, order);
    }
    CHECK_EQ(frames_alloc(9), 0); /* 2 MiB to 4 MiB lacks its last frame */
    CHECK_EQ(frames_alloc(FRAME_ORDER_MAX), 0);
    CHECK_EQ(frames_alloc(FRAME_ORDER_MAX + 1), 0);
    CHECK_EQ(frames_alloc(63), 0);
    CHECK_EQ(frames_alloc(~0u), 0);
}

TEST(frames_below_a_limit)
{
    CHECK_EQ(frames_add(FRAME_SIZE, 640 * KIB), 0);
    CHECK_EQ(frames_add(MIB, 6 * GIB), 0);
    phys_t low = frames_alloc_below(0, MIB);
    CHECK(low > 0 && low < 640 * KIB);
    CHECK(frames_alloc_below(FRAME_ORDER_MAX, 4 * GIB) < 4 * GIB);
    CHECK_EQ(frames_alloc_below(0, FRAME_SIZE), 0);
    CHECK_EQ(frames_alloc_below(0, 0), 0);
    CHECK_EQ(frames_alloc_below(8, MIB), 0);
    CHECK_EQ(frames_alloc_bytes_below(MIB, MIB), 0);
    phys_t three = frames_alloc_bytes_below(3 * FRAME_SIZE, 4 * GIB);
    CHECK(three && three + 3 * FRAME_SIZE <= 4 * GIB);
    frames_free_bytes(three, 3 * FRAME_SIZE);
    phys_t inside = frames_alloc_below(8, 64 * MIB); /* 64 MiB cuts through a range */
    CHECK(inside >= MIB && inside <= 63 * MIB);
    unsigned gigabytes = 1;
    while (frames_alloc_below(FRAME_ORDER_MAX, UINT64_MAX))
        gigabytes++;
    CHECK_EQ(gigabytes, 4); /* records are in the first and in the fifth */
}

TEST(frames_bytes_give_their_surplus_back)
{
    CHECK_EQ(frames_add(MIB, 2 * GIB + 512 * MIB), 0);
    uint64_t before = stats_free();
    for (uint64_t n = 1; n < 1030; n++) {
        phys_t block = frames_alloc_bytes(n * FRAME_SIZE - 7);
        CHECK(block != 0);
        CHECK_EQ(stats_free(), before - n * FRAME_SIZE);
        frames_free_bytes(block, n * FRAME_SIZE - 7);
        CHECK_EQ(stats_free(), before);
    }
    CHECK_EQ(frames_alloc_bytes(0), 0);
    CHECK_EQ(frames_alloc_bytes(GIB + 1), 0);
    CHECK_EQ(frames_alloc_bytes(UINT64_MAX), 0);
    phys_t block = frames_alloc_bytes(GIB);
    CHECK_EQ(block, GIB);
    frames_free_bytes(block, GIB);
    CHECK_EQ(stats_free(), before);
}

TEST(frames_low_water_mark)
{
    struct frames_stats stats;
    CHECK_EQ(frames_add(MIB, 2 * MIB), 0);
    phys_t a = frames_alloc(3);
    frames_free(a, 3);
    frames_stats(&stats);
    CHECK_EQ(stats.low_bytes, stats.free_bytes - 8 * FRAME_SIZE);
    CHECK_EQ(frames_add(4 * MIB, 6 * MIB), 0);
    frames_stats(&stats);
    CHECK_EQ(stats.low_bytes, stats.free_bytes - 8 * FRAME_SIZE);
}

TEST(frames_free_panics_on_misuse)
{
    CHECK_EQ(frames_add(MIB, 4 * MIB), 0);
    CHECK_EQ(frames_add(5 * MIB, 6 * MIB), 0);
    phys_t block = frames_alloc(4);
    CHECK_PANICS(frames_free(block, 3), "another order");
    CHECK_PANICS(frames_free(block, 5), "");
    CHECK_PANICS(frames_free(block + FRAME_SIZE, 0), "not allocated");
    CHECK_PANICS(frames_free(block + 1, 4), "not aligned");
    CHECK_PANICS(frames_free(block, FRAME_ORDER_MAX + 1), "not aligned");
    CHECK_PANICS(frames_free(block, 64), "not aligned");
    CHECK_PANICS(frames_free(MIB, 0), "not memory"); /* records */
    CHECK_PANICS(frames_free(0, 0), "not memory");
    CHECK_PANICS(frames_free(4 * MIB, 0), "not memory");
    CHECK_PANICS(frames_free(~0ull << FRAME_SHIFT, 0), "not memory");
    CHECK_PANICS(frames_free_bytes(block, 0), "bytes");
    CHECK_PANICS(frames_free_bytes(block, UINT64_MAX), "bytes");
    frames_free(block, 4);
    CHECK_PANICS(frames_free(block, 4), "not allocated");
    CHECK_PANICS(frames_free(2 * MIB, 0), "not allocated");
}

TEST(frames_double_free_is_caught_whatever_merged)
{
    CHECK_EQ(frames_add(MIB, 2 * MIB), 0);
    phys_t all[256];
    unsigned n = 0;
    while ((all[n] = frames_alloc(0)))
        n++;
    CHECK_EQ(n, 255);
    for (unsigned i = 0; i < n; i++) {
        frames_free(all[i], 0);
        for (unsigned j = 0; j <= i; j += 50)
            CHECK_PANICS(frames_free(all[j], 0), "not allocated");
    }
}

/* ---- Random operations against the model ---- */

struct held {
    phys_t block;
    uint64_t size_bytes; /* 0: allocated by order */
    unsigned order;
};

static struct held held[MODEL_FRAMES];
static unsigned nr_held;

static void random_alloc(const uint8_t *known)
{
    unsigned order = check_random_below(8);
    uint64_t limit = check_random_below(2) ? MODEL_FRAMES : check_random_below(MODEL_FRAMES);
    struct held h = {.order = order};
    if (check_random_below(3) == 0) {
        h.size_bytes = 1 + check_random_below(200 * FRAME_SIZE);
        h.block = frames_alloc_bytes(h.size_bytes);
        if (h.block)
            model_take(h.block, (h.size_bytes + FRAME_SIZE - 1) / FRAME_SIZE);
    } else {
        h.block = limit == MODEL_FRAMES ? frames_alloc(order)
                                        : frames_alloc_below(order, limit << FRAME_SHIFT);
        CHECK_EQ(h.block != 0, model_has(order, limit, known));
        CHECK_EQ(h.block % (FRAME_SIZE << order), 0);
        if (h.block)
            model_take(h.block, 1u << order);
        CHECK(h.block == 0 || h.block + (FRAME_SIZE << order) <= limit << FRAME_SHIFT);
    }
    if (h.block)
        held[nr_held++] = h;
}

static void random_free(void)
{
    unsigned i = check_random_below(nr_held);
    struct held h = held[i];
    held[i] = held[--nr_held];
    if (h.size_bytes) {
        frames_free_bytes(h.block, h.size_bytes);
        model_give(h.block, (h.size_bytes + FRAME_SIZE - 1) / FRAME_SIZE);
    } else {
        frames_free(h.block, h.order);
        model_give(h.block, 1u << h.order);
    }
}

TEST(frames_random_operations_match_a_model)
{
    static uint8_t known[MODEL_FRAMES];
    for (phys_t at = check_random_below(100000), end; at < 60 * MIB;
         at = end + check_random_below(MIB)) {
        end = at + 2 * FRAME_SIZE + check_random_below(check_random_below(8) * MIB + 64 * KIB);
        for (phys_t a = at & ~7ull; a < end; a += 8)
            *(uint64_t *)phys_to_virt(a) = check_random();
        model_add(at, MIN(end, 63 * MIB));
    }
    learn_known(known);
    uint64_t everything = stats_free();
    for (unsigned step = 0, target = 0; step < 30000; step++) {
        if (step % 1000 == 0)
            target = check_random_below(1500);
        if (nr_held > 0 && check_random_below(2 * target + 1) < nr_held)
            random_free();
        else
            random_alloc(known);
        if (step % 100 == 0)
            stats_free();
    }
    while (nr_held > 0)
        random_free();
    CHECK_EQ(stats_free(), everything);
    for (unsigned o = 8; o-- > 0;)
        CHECK_EQ(frames_alloc(o) != 0, model_has(o, MODEL_FRAMES, known) || nr_held);
}
