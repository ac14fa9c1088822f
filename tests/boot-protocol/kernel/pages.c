/* The page tables, read as the processor reads them. */
#include "test.h"

extern const uint8_t text_begin[], text_end[], rodata_begin[], rodata_end[], data_begin[],
    data_end[];

struct mapping walk(uint64_t address)
{
    struct mapping mapping = {.present = false};
    uint64_t table = arch_table_root(address);
    for (unsigned level = arch_table_levels(); level > 0; level--) {
        uint64_t size = PAGE << (9 * (level - 1));
        const uint64_t *entries = (const uint64_t *)(table + hhdm.response->offset);
        bool leaf;
        mapping.size = size;
        if (!arch_entry(entries[address / size % 512], level, &leaf, &mapping))
            return (struct mapping){.present = false, .size = size};
        if (leaf) {
            mapping.present = true;
            mapping.physical += address % size;
            return mapping;
        }
        table = mapping.physical;
    }
    return (struct mapping){.present = false, .size = PAGE};
}

/* Calls walk() once for each page of the range; the first address that is not as said, or 0. */
static uint64_t find_wrong(uint64_t begin, uint64_t end, uint64_t physical, bool write,
                           bool execute)
{
    for (uint64_t at = begin; at < end;) {
        struct mapping mapping = walk(at);
        if (!mapping.present || mapping.writable != write || mapping.executable != execute ||
            mapping.physical != physical + (at - begin))
            return at;
        at = (at & ~(mapping.size - 1)) + mapping.size;
    }
    return 0;
}

/* The first address that is mapped, or 0. */
static uint64_t find_mapped(uint64_t begin, uint64_t end)
{
    for (uint64_t at = begin; at < end;) {
        struct mapping mapping = walk(at);
        if (mapping.present)
            return at;
        at = (at & ~(mapping.size - 1)) + mapping.size;
    }
    return 0;
}

static void check_image(void)
{
    /* Limine 8.2 leaves everything executable on aarch64. */
    bool lenient = !own_loader && walk((uint64_t)data_begin).executable;
    uint64_t wrong = find_wrong((uint64_t)text_begin, (uint64_t)text_end, image_to_phys(text_begin),
                                false, true);
    check_values(!wrong, "image: code can be executed and not written", wrong, 0);
    wrong = find_wrong((uint64_t)rodata_begin, (uint64_t)rodata_end, image_to_phys(rodata_begin),
                       false, lenient);
    check_values(!wrong, "image: constants can only be read", wrong, 0);
    wrong = find_wrong((uint64_t)data_begin, (uint64_t)data_end, image_to_phys(data_begin), true,
                       lenient);
    check_values(!wrong, "image: data can be written and not executed", wrong, 0);
    uint64_t size = (uint64_t)data_end - (uint64_t)text_begin;
    check_equal(memory_type(image_to_phys(text_begin), size), LIMINE_MEMMAP_EXECUTABLE_AND_MODULES,
                "image: in executable-and-modules memory");
}

static bool is_mapped_type(uint64_t type)
{
    return type == LIMINE_MEMMAP_USABLE || type == LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE ||
           type == LIMINE_MEMMAP_EXECUTABLE_AND_MODULES || type == LIMINE_MEMMAP_FRAMEBUFFER;
}

/* From revision 3 on the HHDM holds four types and nothing else. */
static void check_direct_map(void)
{
    uint64_t offset = hhdm.response->offset, missing = 0, excess = 0, next = 0;
    for (uint64_t i = 0; i < memmap.response->entry_count; i++) {
        const struct limine_memmap_entry *entry = memmap.response->entries[i];
        uint64_t base = entry->base & ~(PAGE - 1);
        uint64_t end = (entry->base + entry->length + PAGE - 1) & ~(PAGE - 1);
        if (is_mapped_type(entry->type) && !missing)
            missing = find_wrong(offset + base, offset + end, base, true, true);
        if (revision >= 3 && !excess && next < base)
            excess = find_mapped(offset + next, offset + base);
        if (revision >= 3 && !excess && !is_mapped_type(entry->type))
            excess = find_mapped(offset + base, offset + end);
        next = next > end ? next : end;
    }
    check_values(!missing, "HHDM: maps what it must, writable and executable", missing, 0);
    if (revision >= 3)
        check_values(!excess, "HHDM: maps nothing else", excess, 0);
    else
        check(find_wrong(offset, offset + (4ULL << 30), 0, true, true) == 0,
              "HHDM: maps the first 4 GiB");
}

static void check_identity(void)
{
    if (revision == 0)
        check(find_wrong(PAGE, 4ULL << 30, PAGE, true, true) == 0,
              "base revision 0: the first 4 GiB are mapped one to one");
    else if (own_loader)
        check(find_mapped(0, PAGE << (9 * arch_table_levels() - 1)) == 0,
              "no mapping in the lower half");
}

static uint64_t window_tables[4][512] __attribute__((aligned(4096)));

volatile void *peek(uint64_t physical)
{
    uint64_t *root = (uint64_t *)(arch_peek_root() + hhdm.response->offset);
    unsigned levels = arch_table_levels();
    uint64_t address = PAGE << (9 * (levels - 1)); /* entry 1 of the root, then 0 */
    root[1] = arch_make_table(image_to_phys(window_tables[levels - 2]));
    for (unsigned level = levels - 1; level > 1; level--)
        window_tables[level - 1][0] = arch_make_table(image_to_phys(window_tables[level - 2]));
    for (unsigned i = 0; i < 16; i++)
        window_tables[0][i] = arch_make_device((physical & ~(PAGE - 1)) + i * PAGE);
    arch_flush();
    return (volatile void *)(address + (physical & (PAGE - 1)));
}

void check_pages(void)
{
    check_identity();
    check_image();
    check_direct_map();
    check(memory_type(arch_table_root((uint64_t)text_begin), PAGE) ==
              LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE,
          "page tables: in reclaimable memory");
}
