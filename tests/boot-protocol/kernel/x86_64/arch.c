/* x86_64: what the protocol says about registers, and how to get at things. */
#include "../test.h"

static void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static uint8_t inb(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

#define read_cr(n)                                                                                 \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("movq %%cr" #n ", %0" : "=r"(value_));                                    \
        value_;                                                                                    \
    })

void arch_console_open(void)
{
}

void arch_console_put(char c)
{
    while (!(inb(0x3f8 + 5) & 0x20)) {
    }
    outb(0x3f8, (uint8_t)c);
}

/* isa-debug-exit: status 2 * 0x10 + 1 = 33 is good, 35 is bad. */
_Noreturn void arch_exit(bool good)
{
    outb(0xf4, good ? 0x10 : 0x11);
    for (;;)
        __asm__ volatile("cli; hlt");
}

#define FLAG_INTERRUPTS 0x200
#define FLAG_DIRECTION  0x400
#define FLAG_VM         0x20000
#define RDI             7

static unsigned control_errors(void)
{
    unsigned errors = 0;
    uint64_t cr0 = read_cr(0), cr4 = read_cr(4), efer = rdmsr(0xc0000080), pat = rdmsr(0x277);
    errors += (cr0 & 0x80010001) != 0x80010001; /* PG, WP, PE */
    errors += (cr0 & 0x60000000) != 0;          /* caches on */
    errors += !(cr4 & 0x20);                    /* PAE */
    errors += (efer & 0xd00) != 0xd00;          /* NXE, LMA, LME */
    errors += (pat & 0xffffffffffff) != 0x010500070406;
    return errors;
}

unsigned arch_state_errors(const struct entry_state *state, uint64_t argument)
{
    unsigned errors = control_errors();
    for (unsigned i = 0; i < 16; i++)
        errors += state->general[i] != (i == RDI ? argument : 0);
    errors += (state->flags & (FLAG_INTERRUPTS | FLAG_DIRECTION | FLAG_VM)) != 0;
    errors += *(uint64_t *)state->stack != 0;
    errors += (state->stack & 15) != 8;
    return errors;
}

struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

/* Present, type and the bits that make a descriptor 16-, 32- or 64-bit; base 0, limits full. */
static bool descriptor_is(uint64_t entry, uint64_t wanted, bool limits)
{
    uint64_t kind = 0x00609c0000000000ULL; /* L, D, present, not system, code or data, downwards */
    uint64_t shape = kind | (limits ? 0x008f00000000ffffULL : 0);
    bool based = entry & 0xff0000ffffff0000ULL;
    return ((entry ^ wanted) & shape) == 0 && !based && (entry & (2ULL << 40));
}

static void check_segments(void)
{
    struct table_pointer gdt;
    uint16_t cs, ds, ss;
    __asm__ volatile("sgdt %0" : "=m"(gdt));
    __asm__ volatile("movw %%cs, %0; movw %%ds, %1; movw %%ss, %2" : "=r"(cs), "=r"(ds), "=r"(ss));
    check(is_in((void *)gdt.base, gdt.limit + 1u, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE),
          "GDT: in reclaimable memory, at its HHDM address");
    const uint64_t *entries = (const uint64_t *)gdt.base;
    check(gdt.limit >= 55 && entries[0] == 0 &&
              descriptor_is(entries[1], 0x00009a000000ffff, true) &&
              descriptor_is(entries[2], 0x000092000000ffff, true) &&
              descriptor_is(entries[3], 0x00cf9a000000ffff, true) &&
              descriptor_is(entries[4], 0x00cf92000000ffff, true) &&
              descriptor_is(entries[5], 0x00209a0000000000, false),
          "GDT: 16-, 32- and 64-bit descriptors in the protocol's order");
    check(cs == 0x28 && ds == 0x30 && ss == 0x30, "segments: 64-bit code and data");
}

void arch_check_state(void)
{
    check_equal(arch_state_errors(&boot_state, 0), 0, "registers at entry");
    if (arch_state_errors(&boot_state, 0)) {
        for (unsigned i = 0; i < 16; i++)
            check_equal(boot_state.general[i], 0, "general register");
        check_equal(rdmsr(0x277) & 0xffffffffffff, 0x010500070406, "PAT");
        check_equal(read_cr(0), 0x80010033, "CR0");
        check_equal(read_cr(4), 0x20, "CR4");
        check_equal(rdmsr(0xc0000080), 0xd00, "EFER");
    }
}

/* I/O APIC at its usual place: the version's bits 16 to 23 are the last entry's number. */
static bool io_apic_masked(void)
{
    volatile uint32_t *select = peek(0xfec00000), *window = select + 4;
    *select = 1;
    uint32_t last = *window >> 16 & 0xff;
    for (uint32_t i = 0; i <= last; i++) {
        *select = 0x10 + 2 * i;
        uint32_t entry = *window;
        if ((entry >> 8 & 7) <= 1 && !(entry & 0x10000))
            return false;
    }
    return true;
}

void arch_check_more(void)
{
    check_segments();
    check(inb(0x21) == 0xff && inb(0xa1) == 0xff, "interrupts: PIC is masked");
    check(io_apic_masked(), "interrupts: I/O APIC is masked");
    bool x2apic = rdmsr(0x1b) & 0x400;
    check_equal(mp.response && (mp.response->flags & LIMINE_MP_X2APIC), x2apic,
                "x2APIC: on as the answer says");
    check_equal(boot_state.flags & FLAG_INTERRUPTS, 0, "interrupts: off");
}

uint64_t arch_table_root(uint64_t address)
{
    (void)address;
    return read_cr(3) & 0x000ffffffffff000ULL;
}

unsigned arch_table_levels(void)
{
    return read_cr(4) & 0x1000 ? 5 : 4;
}

/* Every level's entry is read alone: the loader's tables allow everything above the leaf. */
bool arch_entry(uint64_t entry, unsigned level, bool *leaf, struct mapping *mapping)
{
    *leaf = level == 1 || (entry & 0x80);
    mapping->physical =
        entry & (level == 1 || !*leaf ? 0x000ffffffffff000ULL : 0x000fffffffe00000ULL);
    mapping->writable = entry & 2;
    mapping->executable = !(entry >> 63);
    return entry & 1;
}

uint64_t arch_make_table(uint64_t physical)
{
    return physical | 3;
}

uint64_t arch_make_device(uint64_t physical)
{
    return physical | 0x1b; /* PCD, PWT */
}

uint64_t arch_peek_root(void)
{
    return arch_table_root(0);
}

void arch_flush(void)
{
    __asm__ volatile("movq %0, %%cr3" ::"r"(read_cr(3)) : "memory");
}

uint64_t arch_core_id(const struct limine_mp_info *info)
{
    return info->lapic_id;
}

uint64_t arch_boot_core_id(void)
{
    return mp.response->bsp_lapic_id;
}
