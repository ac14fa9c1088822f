/* aarch64: what the protocol says about registers, and how to get at things. */
#include "../test.h"

#define read_register(name)                                                                        \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })
#define write_register(name, value) __asm__ volatile("msr " #name ", %0; isb" ::"r"(value))

static uint64_t low_root[512] __attribute__((aligned(4096)));
static uint64_t uart_tables[3][512] __attribute__((aligned(4096)));
static volatile uint32_t *uart;
static uint64_t loader_low_root; /* what the loader left in TTBR0_EL1 */

#define ATTRIBUTE_DEVICE 7
#define UART_VIRT        0x09000000ULL /* of QEMU's virt; "uart" on the command line: another */

/* Entry 0 of our own lower root is the serial port, entry 1 peek()'s window. */
void arch_console_open(void)
{
    uint64_t *table = low_root, address = word_number("uart", UART_VIRT);
    loader_low_root = read_register(ttbr0_el1);
    write_register(mair_el1, read_register(mair_el1) & ~(0xffULL << 8 * ATTRIBUTE_DEVICE));
    for (unsigned i = 0; i < 3; i++) {
        table[address >> (39 - 9 * i) & 511] = arch_make_table(image_to_phys(uart_tables[i]));
        table = uart_tables[i];
    }
    table[address >> 12 & 511] = arch_make_device(address);
    __asm__ volatile("dsb sy" ::: "memory");
    write_register(ttbr0_el1, image_to_phys(low_root));
    arch_flush();
    uart = (volatile uint32_t *)address;
}

void arch_console_put(char c)
{
    while (uart[0x18 / 4] & 0x20) {
    }
    *uart = (uint8_t)c;
}

/* SYS_EXIT_EXTENDED: status 0 or 1. */
_Noreturn void arch_exit(bool good)
{
    uint64_t block[2] = {0x20026, !good};
    register uint64_t x0 __asm__("x0") = 0x20;
    register uint64_t *x1 __asm__("x1") = block;
    __asm__ volatile("hlt #0xf000" ::"r"(x0), "r"(x1) : "memory");
    for (;;) {
    }
}

#define DAIF_ALL 0x3c0
#define AT_EL1   0x4

static unsigned control_errors(void)
{
    unsigned errors = 0;
    uint64_t sctlr = read_register(sctlr_el1), tcr = read_register(tcr_el1);
    errors += (sctlr & 0x101f) != 0x101d; /* M, C, SA, SA0, I; not A */
    errors += (sctlr & (1 << 25)) != 0;   /* little-endian */
    errors += (tcr & 63) != 16 || (tcr >> 16 & 63) != 16;
    errors += (tcr >> 14 & 3) != 0 || (tcr >> 30 & 3) != 2; /* 4 KiB granules */
    return errors;
}

unsigned arch_state_errors(const struct entry_state *state, uint64_t argument)
{
    unsigned errors = control_errors();
    for (unsigned i = 0; i < 31; i++)
        errors += state->general[i] != (i == 0 ? argument : 0);
    errors += state->flags != (DAIF_ALL | AT_EL1); /* and SPSel 0 */
    errors += (state->stack & 15) != 0;
    return errors;
}

static bool mair_has(uint8_t attribute)
{
    for (uint64_t mair = read_register(mair_el1); mair; mair >>= 8) {
        if ((mair & 0xff) == attribute)
            return true;
    }
    return false;
}

void arch_check_state(void)
{
    check_equal(arch_state_errors(&boot_state, 0), 0, "registers at entry");
    if (arch_state_errors(&boot_state, 0)) {
        for (unsigned i = 0; i < 31; i++)
            check_equal(boot_state.general[i], 0, "general register");
        check_equal(boot_state.flags, DAIF_ALL | AT_EL1, "DAIF, level, SPSel");
        check_equal(read_register(sctlr_el1), 0x30d0181d, "SCTLR_EL1");
        check_equal(read_register(tcr_el1), 0, "TCR_EL1");
    }
    check(mair_has(0xff), "MAIR_EL1 has normal write-back memory");
}

/* Nothing above us traps these. */
static void check_freedom(void)
{
    uint64_t value;
    write_register(cpacr_el1, 3ULL << 20);
    __asm__ volatile(".arch_extension fp\n\tfmov d0, %1\n\tfmov %0, d0" : "=r"(value) : "r"(42ULL));
    check_equal(value, 42, "floating point is not trapped");
    check(read_register(cntpct_el0) <= read_register(cntpct_el0) && read_register(cntfrq_el0),
          "the generic timer can be read");
}

static int64_t hvc(uint64_t function, uint64_t argument)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = argument;
    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1)::"memory");
    return x1 == argument ? (int64_t)x0 : -99;
}

extern const uint8_t el2_vectors[];
__asm__(".pushsection .text\n"
        ".balign 0x800\n"
        "el2_vectors:\n"
        ".skip 0x400\n"
        "mrs x0, CurrentEL\n"
        "eret\n"
        ".balign 0x800\n"
        ".popsection\n");

static void check_el2(void)
{
    const struct limine_bactrian_el2_response *stub = el2.response;
    const char *wanted = word("el2");
    if (wanted && own_loader)
        check_equal(stub != NULL, wanted[0] == 'y', "EL2 stub: there when we came from EL2");
    if (!stub)
        return;
    check_equal(memory_type(stub->base, stub->length), LIMINE_MEMMAP_RESERVED,
                "EL2 stub: in reserved memory");
    check_equal(hvc(LIMINE_EL2_VERSION, 1), LIMINE_EL2_STUB_VERSION, "EL2 stub: version");
    check_equal(hvc(0x1234, 2), LIMINE_EL2_NOT_SUPPORTED, "EL2 stub: an unknown call");
    check_equal(hvc(LIMINE_EL2_SET_VECTORS, 0x1001), LIMINE_EL2_INVALID,
                "EL2 stub: unaligned vectors");
    check_equal(hvc(LIMINE_EL2_SET_VECTORS, image_to_phys(el2_vectors)), 0, "EL2 stub: vectors");
    check_equal(hvc(0, 3), 8, "EL2 stub: our vectors run at EL2");
}

void arch_check_more(void)
{
    check_freedom();
    check_el2();
}

uint64_t arch_table_root(uint64_t address)
{
    return (address >> 63 ? read_register(ttbr1_el1) : loader_low_root) & 0x0000fffffffff000ULL;
}

unsigned arch_table_levels(void)
{
    return 4;
}

bool arch_entry(uint64_t entry, unsigned level, bool *leaf, struct mapping *mapping)
{
    *leaf = level == 1 || !(entry & 2);
    mapping->physical = entry & 0x0000fffffffff000ULL;
    mapping->writable = !(entry & 0x80);
    mapping->executable = !(entry >> 53 & 1);
    return entry & 1;
}

uint64_t arch_make_table(uint64_t physical)
{
    return physical | 3;
}

uint64_t arch_make_device(uint64_t physical)
{
    return physical | 3ULL << 53 | 1 << 10 | ATTRIBUTE_DEVICE << 2 | 3;
}

uint64_t arch_peek_root(void)
{
    return image_to_phys(low_root);
}

void arch_flush(void)
{
    __asm__ volatile("dsb sy; tlbi vmalle1; dsb sy; isb" ::: "memory");
}

uint64_t arch_core_id(const struct limine_mp_info *info)
{
    return info->mpidr;
}

uint64_t arch_boot_core_id(void)
{
    return mp.response->bsp_mpidr;
}
