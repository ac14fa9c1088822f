/* its_tables.c: the memory that an ITS keeps its tables in. The table of devices has two levels
 * where the ITS can do that, and leaves come as devices do: flat it takes half a megabyte.
 * Source: Arm IHI 0069, 5.2 (tables), 12.19.1 (GITS_BASER). */
#include "discover.h"
#include "errno.h"
#include "frames.h"
#include "its.h"
#include "paging.h"

#define NR_TABLES      8
#define PAGES_MAX      256
#define TABLE_INDIRECT (1ull << 62)
#define PAGE_FIELD     (3ull << 8)
#define ALIGN_ORDER    4 /* 64 KiB */

enum { DEVICES = 1, COLLECTIONS = 4 };

static uint64_t *leaves; /* of the table of devices; NULL: it is flat */
static size_t leaf_bytes, devices_per_leaf;

phys_t its_memory(size_t size)
{
    const size_t block_bytes = FRAME_SIZE << ALIGN_ORDER;
    bool is_small = size <= block_bytes;
    phys_t block = is_small ? frames_alloc(ALIGN_ORDER) : frames_alloc_bytes(size);
    if (block == 0)
        return 0;
    if (is_small) {
        frames_split(block, ALIGN_ORDER);
        for (size_t at = ALIGN_UP(size, FRAME_SIZE); at < block_bytes; at += FRAME_SIZE)
            frames_free(block + at, 0);
    }
    memset(phys_to_virt(block), 0, size);
    return block;
}

/* ---- one table: its register is asked what it can do by writing that and reading it back ---- */

static bool takes(volatile uint64_t *baser, uint64_t flag)
{
    *baser = flag;
    return (*baser & flag) == flag;
}

/* The ITS's own pages: 4, 16 or 64 KiB, the smallest that it takes. */
static size_t page_bytes(volatile uint64_t *baser)
{
    *baser = 0;
    return 4096ul << 2 * ((*baser & PAGE_FIELD) >> 8);
}

static size_t entry_bytes(volatile uint64_t *baser)
{
    return (*baser >> 48 & 0x1f) + 1;
}

/* Memory of so many bytes for the table. Its address, or a negative errno. */
static int64_t place(volatile uint64_t *baser, size_t bytes, uint64_t flags)
{
    size_t page = page_bytes(baser), pages = ALIGN_UP(bytes, page) / page;
    if (pages > PAGES_MAX)
        return -ENOTSUP;
    uint64_t page_field = *baser & PAGE_FIELD;
    phys_t table = its_memory(pages * page);
    if (table == 0)
        return -ENOMEM;
    *baser = ITS_VALID | ITS_CACHEABLE | flags | page_field | table | (pages - 1);
    return *baser & ITS_SHAREABLE ? (int64_t)table : -ENOTSUP;
}

static int place_devices(volatile uint64_t *baser, unsigned device_bits)
{
    size_t entry = entry_bytes(baser), flat = entry << device_bits;
    leaf_bytes = page_bytes(baser);
    devices_per_leaf = leaf_bytes / entry;
    if (flat <= leaf_bytes || !takes(baser, TABLE_INDIRECT))
        return (int)MIN(place(baser, flat, 0), 0);
    size_t nr_leaves = (1ul << device_bits) / devices_per_leaf + 1;
    int64_t table = place(baser, nr_leaves * sizeof *leaves, TABLE_INDIRECT);
    leaves = table > 0 ? phys_to_virt((phys_t)table) : NULL;
    return (int)MIN(table, 0);
}

int its_tables_init(unsigned device_bits)
{
    int error = 0;
    for (unsigned i = 0; i < NR_TABLES && !error; i++) {
        volatile uint64_t *baser = its_reg(GITS_BASER + 8 * i);
        unsigned kind = *baser >> 56 & 7;
        if (kind == DEVICES)
            error = place_devices(baser, device_bits);
        else if (kind == COLLECTIONS)
            error = (int)MIN(place(baser, entry_bytes(baser) * DISCOVER_CORES, 0), 0);
    }
    return error;
}

int its_table_reach(uint32_t device)
{
    if (leaves == NULL || leaves[device / devices_per_leaf])
        return 0;
    phys_t leaf = its_memory(leaf_bytes);
    if (leaf == 0)
        return -ENOMEM;
    leaves[device / devices_per_leaf] = ITS_VALID | leaf;
    __asm__ volatile("dsb ishst" ::: "memory");
    return 0;
}
