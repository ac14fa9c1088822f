/* The memory map, and that it is true. */
#include "test.h"

static uint64_t nr_entries(void)
{
    return memmap.response->entry_count;
}

static const struct limine_memmap_entry *entry_at(uint64_t i)
{
    return memmap.response->entries[i];
}

uint64_t hhdm_to_phys(const volatile void *pointer)
{
    return (uint64_t)pointer - hhdm.response->offset;
}

uint64_t image_to_phys(const volatile void *pointer)
{
    return (uint64_t)pointer - executable_address.response->virtual_base +
           executable_address.response->physical_base;
}

int64_t memory_type(uint64_t address, uint64_t size)
{
    for (uint64_t i = 0; i < nr_entries(); i++) {
        const struct limine_memmap_entry *entry = entry_at(i);
        if (address >= entry->base && address - entry->base < entry->length &&
            size <= entry->length - (address - entry->base))
            return (int64_t)entry->type;
    }
    return -1;
}

bool is_in(const volatile void *pointer, uint64_t size, uint64_t type)
{
    return (uint64_t)pointer >= hhdm.response->offset &&
           memory_type(hhdm_to_phys(pointer), size) == (int64_t)type;
}

bool string_is_in(const char *string, uint64_t type)
{
    uint64_t size = 1;
    if (!is_in(string, 1, type))
        return false;
    while (string[size - 1])
        size++;
    return is_in(string, size, type);
}

static bool is_free(const struct limine_memmap_entry *entry)
{
    return entry->type == LIMINE_MEMMAP_USABLE ||
           entry->type == LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE;
}

static void check_shape(void)
{
    bool sorted = true, aligned = true, disjoint = true, filled = true, known = true;
    for (uint64_t i = 0; i < nr_entries(); i++) {
        const struct limine_memmap_entry *entry = entry_at(i);
        filled &= entry->length != 0;
        known &= entry->type <= LIMINE_MEMMAP_FRAMEBUFFER;
        aligned &= !is_free(entry) || ((entry->base | entry->length) & (PAGE - 1)) == 0;
        if (i == 0)
            continue;
        const struct limine_memmap_entry *below = entry_at(i - 1);
        sorted &= below->base <= entry->base;
        disjoint &=
            below->base + below->length <= entry->base || !(is_free(entry) || is_free(below));
    }
    check(sorted, "memory map: sorted");
    check(filled, "memory map: no empty entry");
    check(known, "memory map: only known types");
    check(aligned, "memory map: usable and reclaimable entries are whole pages");
    check(disjoint, "memory map: usable and reclaimable entries overlap with nothing");
}

static void check_amount(void)
{
    uint64_t usable = 0, low = 0;
    for (uint64_t i = 0; i < nr_entries(); i++) {
        const struct limine_memmap_entry *entry = entry_at(i);
        if (is_free(entry) || entry->type == LIMINE_MEMMAP_EXECUTABLE_AND_MODULES)
            usable += entry->length;
        if (entry->type == LIMINE_MEMMAP_USABLE && entry->base < PAGE)
            low++;
    }
    uint64_t mib = word_number("mem", 64);
    check_values(usable <= mib << 20 && usable + (40 << 20) > mib << 20,
                 "memory map: accounts for the machine's memory", usable >> 20, mib);
    if (revision <= 2)
        check(low == 0, "memory map: page 0 is not usable");
}

/* Writes two patterns and puts the old contents back. */
static bool word_works(volatile uint64_t *word)
{
    uint64_t old = *word, pattern = (uint64_t)word * 0x9e3779b97f4a7c15ULL;
    *word = pattern;
    bool good = *word == pattern;
    *word = ~pattern;
    good &= *word == ~pattern;
    *word = old;
    return good;
}

#define STEP_MIN     (256 * 1024ULL)
#define NR_STEPS_MAX 512

/* "spare" on the command line is where a loader is known to call a firmware's memory usable. */
static void check_usable(void)
{
    uint64_t bad = 0, spared = word_number("spare", UINT64_MAX);
    for (uint64_t i = 0; i < nr_entries(); i++) {
        const struct limine_memmap_entry *entry = entry_at(i);
        if (entry->type != LIMINE_MEMMAP_USABLE || spared - entry->base < entry->length)
            continue;
        uint8_t *begin = (uint8_t *)(entry->base + hhdm.response->offset);
        uint64_t step = entry->length / NR_STEPS_MAX & ~7ULL;
        step = step < STEP_MIN ? STEP_MIN : step;
        for (uint64_t at = 0; at < entry->length && !bad; at += step) {
            if (!word_works((volatile uint64_t *)(begin + at)))
                bad = entry->base + at;
        }
        if (!word_works((volatile uint64_t *)(begin + entry->length - 8)))
            bad = entry->base + entry->length - 8;
    }
    check_values(bad == 0, "usable memory can be written through the HHDM", bad, 0);
}

void check_memory(void)
{
    check(memmap.response && hhdm.response && executable_address.response,
          "memory map, HHDM and executable address are answered");
    if (!memmap.response || !hhdm.response || !executable_address.response)
        arch_exit(false);
    uint64_t size = nr_entries() * sizeof(void *);
    check(is_in(memmap.response, sizeof(*memmap.response), LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) &&
              is_in(memmap.response->entries, size, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) &&
              is_in(entry_at(0), sizeof(*entry_at(0)), LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE),
          "memory map: itself in reclaimable memory");
    check_shape();
    check_amount();
    check_usable();
}
