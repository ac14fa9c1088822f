/* Page tables are walked and built from the top; memory is mapped one to one while we do so. */
#include "core/paging.h"
#include "core/arch.h"
#include "core/report.h"
#include "core/string.h"

#define ENTRIES 512

/* Bytes that one entry covers on a level (1 is the lowest). */
static uint64_t level_size(unsigned level)
{
    return PAGE_SIZE << (9 * (level - 1));
}

static uint64_t new_table(struct paging *paging)
{
    return ptr_phys(arena_alloc(paging->arena, PAGE_SIZE, PAGE_SIZE));
}

struct address_space paging_create(struct paging *paging)
{
    struct address_space space;
    space.high = new_table(paging);
    space.low = arch_has_low_root() ? new_table(paging) : space.high;
    return space;
}

/* The largest page that begins at these addresses and isn't larger than what is left. */
static unsigned choose_level(uint64_t virtual, uint64_t physical, uint64_t size)
{
    unsigned level = arch_leaf_level_max();
    while (level > 1 &&
           (((virtual | physical) & (level_size(level) - 1)) || size < level_size(level)))
        level--;
    return level;
}

static void map_one(struct paging *paging, uint64_t root, uint64_t virtual, uint64_t physical,
                    unsigned flags, unsigned leaf)
{
    uint64_t *table = phys_ptr(root);
    for (unsigned level = paging->levels;; level--) {
        uint64_t *entry = &table[virtual / level_size(level) % ENTRIES];
        if (level == leaf) {
            if (*entry)
                fail("paging: 0x%lx is mapped twice", (unsigned long)virtual);
            *entry = arch_entry_leaf(physical, flags, level);
            return;
        }
        if (!*entry)
            *entry = arch_entry_table(new_table(paging));
        table = phys_ptr(arch_entry_target(*entry));
    }
}

void paging_map(struct paging *paging, uint64_t root, uint64_t virtual, uint64_t physical,
                uint64_t size, unsigned flags)
{
    while (size) {
        unsigned level = choose_level(virtual, physical, size);
        uint64_t step = level_size(level);
        map_one(paging, root, virtual, physical, flags, level);
        virtual += step;
        physical += step;
        size -= step;
    }
}

struct address_space paging_share_high(struct paging *paging, struct address_space space)
{
    if (arch_has_low_root())
        return (struct address_space){new_table(paging), space.high};
    uint64_t root = new_table(paging);
    memcpy((uint64_t *)phys_ptr(root) + ENTRIES / 2, (uint64_t *)phys_ptr(space.high) + ENTRIES / 2,
           PAGE_SIZE / 2);
    return (struct address_space){root, root};
}

uint64_t paging_cost(uint64_t size)
{
    uint64_t tables = 0;
    /* At each end of the range a path of small tables; between, one table for each 1 GiB. */
    for (unsigned level = 2; level <= 5; level++)
        tables += 2 + (level >= 3 ? size / level_size(level) : 0);
    return tables * PAGE_SIZE;
}
